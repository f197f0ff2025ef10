// A platform gets its key: an administrator adds it, hands the key over, sees that it was used, and makes it no good.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { after, afterEach, before, describe, test } from 'node:test'
import { ask, tokenOf } from './support/api.mjs'
import { fit } from './support/axe.mjs'
import { raiseStage } from './support/browser.mjs'
import { button, enter, field, noTroubles, sees } from './support/pages.mjs'
import { settle } from './support/rooms.mjs'

describe('a platform and its key', { timeout: 300_000 }, () => {
  let stage, receiver
  const came = []
  before(async () => {
    receiver = createServer((request, response) => {
      let body = ''
      request.on('data', (chunk) => { body += chunk }).on('end', () => {
        came.push({ headers: request.headers, body })
        response.writeHead(204).end()
      })
    }).listen(0, '127.0.0.1')
    await once(receiver, 'listening')
    stage = await raiseStage('sqlite', () => ({ WISHLIGHT_OUTGOING_ALLOW: address() }))
  })
  afterEach(async (t) => {
    if (!t.passed) await stage.keepPictures(t.name)
    await stage.clear()
  })
  after(async () => {
    receiver?.close()
    await stage?.end()
  })
  const address = () => `http://127.0.0.1:${receiver.address().port}`

  const shared = (key) => fetch(`${stage.server.url}/api/v1/shared/wishes`, { headers: { Authorization: `Bearer ${key}` } })

  test('from its name to its end', async () => {
    const page = await enter(stage, 'admin', { width: 1280 })
    await page.goto('/console/organisations')
    await settle(page)
    await page.getByRole('tab', { name: '平台', exact: true }).click()
    await sees(page, '还没有平台')
    await button(page, '加上').click()
    await sees(page, '请填写。')
    // The server refused it, as it should.
    page.troubles.length = 0
    await field(page, '平台名称').fill('某公益平台')
    await page.getByLabel('跟进心愿的变化').check()
    await field(page, '只许从这些网段来（可不填）').fill('127.0.0.1， ::1')
    await button(page, '加上').click()
    await sees(page, '加上了某公益平台')
    await page.getByRole('button', { name: /^发一把密钥/ }).click()
    const dialog = page.getByRole('dialog')
    await sees(page, '只显示这一次。')
    const key = await dialog.locator('.key').textContent()
    await fit(page, 'key')
    assert.equal((await shared(key)).status, 200)
    await dialog.getByRole('button', { name: '收好了' }).click()
    await page.reload()
    await page.getByRole('tab', { name: '平台', exact: true }).click()
    await sees(page, '最近用过')
    assert.ok(!(await page.content()).includes(key), 'shown once')
    await page.getByRole('button', { name: /^修改/ }).click()
    await settle(page)
    await fit(page, 'changing')
    await page.getByRole('button', { name: /^作废/ }).click()
    await page.getByRole('dialog').getByRole('button', { name: '作废', exact: true }).click()
    await sees(page, '已作废')
    assert.equal((await shared(key)).status, 401)
    await page.setViewportSize({ width: 390, height: 844 })
    await settle(page)
    await fit(page, 'narrow')
    noTroubles(page)
  })

  test('claims for its users in the name of a unit, and staff see for whom', async () => {
    const admin = await tokenOf(stage.server, 'admin')
    const { memberships } = await ask(stage.server, 'me', admin)
    const [platform] = (await ask(stage.server, `organisations/${memberships[0].organisation.id}/platforms`, admin)).items
    const page = await enter(stage, 'admin', { width: 1280 })
    await page.goto('/console/organisations')
    await settle(page)
    await page.getByRole('tab', { name: '平台', exact: true }).click()
    await page.getByRole('button', { name: /^修改/ }).click()
    const card = page.getByRole('article').filter({ hasText: platform.name })
    await card.getByLabel('替自己的用户认领').check()
    await card.getByRole('button', { name: '存下' }).click()
    await sees(page, '请填写。')
    page.troubles.length = 0
    const { claimants } = await ask(stage.server, 'me', await tokenOf(stage.server, 'manager'))
    const unit = claimants.find((one) => one.kind === 'unit')
    await card.getByLabel('以哪个单位的名义').selectOption(unit.id)
    await card.getByLabel('一天最多新认几件').fill('7')
    await fit(page, 'mandate')
    await card.getByRole('button', { name: '存下' }).click()
    await sees(page, `以${unit.display_name}的名义认领 · 手上 0/50 · 今天 0/7`)
    await page.setViewportSize({ width: 390, height: 844 })
    await page.getByRole('button', { name: /^修改/ }).click()
    await settle(page)
    await fit(page, 'mandate narrow')
    noTroubles(page)

    const { key } = await ask(stage.server, `platforms/${platform.id}/keys`, admin, {})
    const program = async (path, body) => {
      const headers = { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json', 'Idempotency-Key': crypto.randomUUID() }
      const answer = await fetch(`${stage.server.url}/api/v1/${path}`, body ? { method: 'POST', headers, body: JSON.stringify(body) } : { headers })
      return { status: answer.status, body: await answer.json() }
    }
    const { items } = (await program('shared/wishes?status=open&limit=100')).body
    let made
    for (const wish of items) {
      made = await program('platform/claims', { external_id: wish.id, wish_id: wish.id, quantity: 1, user: { external_id: 'u-1', display_name: '阿青的小店' } })
      if (made.status === 201) break
    }
    assert.equal(made.status, 201, JSON.stringify(made.body))
    assert.equal((await program(`platform/claims/${made.body.id}/deliveries`, { note: '寄到村委会了' })).status, 201)
    const worker = await enter(stage, 'reviewer', { width: 1280 })
    await worker.goto(`/mine/${made.body.id}`)
    await sees(worker, '经 某公益平台 · 阿青的小店')
    await settle(worker)
    await fit(worker, 'behalf')
    await worker.setViewportSize({ width: 390, height: 844 })
    await settle(worker)
    await fit(worker, 'behalf narrow')
    noTroubles(worker)
    const own = await enter(stage, 'manager', { width: 1280 })
    await own.goto(`/mine/${made.body.id}`)
    await sees(own, '经 某公益平台')
    assert.ok(!(await own.content()).includes('阿青的小店'), 'the name is for the holder alone')
    noTroubles(own)
  })

  test('is told at an address of its own', async () => {
    const page = await enter(stage, 'admin', { width: 1280 })
    await page.goto('/console/organisations')
    await settle(page)
    await page.getByRole('tab', { name: '平台', exact: true }).click()
    await page.locator('summary', { hasText: '推送地址' }).click()
    await sees(page, '还没有推送地址')
    await field(page, '地址').fill('https://169.254.169.254/hook')
    await button(page, '加一个地址').click()
    await sees(page, '这个地址系统不会去访问')
    page.troubles.length = 0
    await field(page, '地址').fill(`${address()}/hook`)
    await button(page, '加一个地址').click()
    const secret = page.getByRole('dialog')
    const first = await secret.locator('.key').textContent()
    assert.match(first, /^whsec_/)
    await fit(page, 'secret')
    await secret.getByRole('button', { name: '收好了' }).click()
    await page.getByRole('button', { name: /^换签名密钥/ }).click()
    assert.notEqual(await secret.locator('.key').textContent(), first)
    await secret.getByRole('button', { name: '收好了' }).click()
    await sees(page, '旧密钥用到')
    await page.getByRole('button', { name: /^发一条测试/ }).click()
    await sees(page, '测试发出去了')
    for (let look = 0; look < 50 && came.length === 0; look += 1) await page.waitForTimeout(100)
    assert.equal(JSON.parse(came[0].body).type, 'ping')
    assert.equal(came[0].headers['webhook-signature'].split(' ').length, 2, 'both secrets sign')
    await button(page, '刷新').click()
    await sees(page, '送到了')
    await settle(page)
    await fit(page, 'log')
    await button(page, '再送一次').click()
    await sees(page, '排上了')
    for (let look = 0; look < 50 && came.length === 1; look += 1) await page.waitForTimeout(100)
    assert.equal(came[1].headers['webhook-id'], came[0].headers['webhook-id'])
    await page.getByRole('button', { name: /^停推/ }).click()
    await sees(page, '停着')
    await page.getByRole('button', { name: /^恢复推送/ }).click()
    await sees(page, '推送中')
    await page.setViewportSize({ width: 390, height: 844 })
    await settle(page)
    await fit(page, 'narrow log')
    await page.getByRole('button', { name: /^移除/ }).click()
    await page.getByRole('dialog').getByRole('button', { name: '移除', exact: true }).click()
    await sees(page, '还没有推送地址')
    noTroubles(page)
  })
})
