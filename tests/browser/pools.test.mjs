// A pool: opened at the desk, filled by a platform, money asked for a wish and approved by somebody else, spent, put right,
// and read by everybody.
import { after, afterEach, before, describe, test } from 'node:test'
import { ask, tokenOf } from './support/api.mjs'
import { fit } from './support/axe.mjs'
import { raiseStage } from './support/browser.mjs'
import { button, enter, field, noTroubles, sees } from './support/pages.mjs'
import { settle } from './support/rooms.mjs'

describe('a pool of money', { timeout: 300_000 }, () => {
  let stage
  before(async () => { stage = await raiseStage('sqlite') })
  afterEach(async (t) => {
    if (!t.passed) await stage.keepPictures(t.name)
    await stage.clear()
  })
  after(() => stage?.end())

  /** A platform reports a donation. */
  async function given(pool, at) {
    const admin = await tokenOf(stage.server, 'admin')
    const { id } = await ask(stage.server, `organisations/${at}/platforms`, admin, { name: '某公益平台', scopes: ['donations:write'] })
    const { key } = await ask(stage.server, `platforms/${id}/keys`, admin, {})
    const body = { pool_id: pool, external_id: 'T-1', amount_fen: 200_000, currency: 'CNY', given_at: '2026-01-01T00:00:00Z' }
    const answer = await fetch(`${stage.server.url}/api/v1/donations`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${key}`, 'idempotency-key': 'one' },
      body: JSON.stringify(body),
    })
    if (answer.status !== 201) throw new Error(await answer.text())
  }

  test('is followed from the gift to the purchase', async () => {
    const desk = await enter(stage, 'admin', { width: 1280 })
    await desk.goto('/console/pools')
    await settle(desk)
    await sees(desk, '还没有善款池。')
    await button(desk, '开一个善款池').click()
    await button(desk, '开池').click()
    await sees(desk, '请填写。')
    await field(desk, '善款池叫什么').fill('添一物善款池')
    await field(desk, '钱用来做什么').fill('给老人添一样用得上的东西。')
    await field(desk, '具有公开募捐资格的组织').fill('某慈善会')
    await field(desk, '在哪个募捐平台').fill('某公益平台')
    await fit(desk, 'pool-new')
    await button(desk, '开池').click()
    await desk.getByRole('heading', { level: 1, name: '添一物善款池' }).waitFor()
    const pool = desk.url().split('/').pop()
    const { memberships } = await ask(stage.server, 'me', await tokenOf(stage.server, 'admin'))
    await given(pool, memberships[0].organisation.id)

    await desk.reload()
    await settle(desk)
    await sees(desk, 'T-1')
    await button(desk, '申请拨付').click()
    const dialog = desk.getByRole('dialog')
    await field(desk, '拨多少（元）').fill('八百')
    await dialog.getByRole('button', { name: '申请' }).click()
    await sees(desk, '请填金额，例如 128 或 128.50。')
    await field(desk, '拨多少（元）').fill('800')
    await fit(desk, 'pool-ask')
    await dialog.getByRole('button', { name: '申请' }).click()
    await sees(desk, '等另一个人批准')
    await settle(desk)

    const other = await enter(stage, 'coordinator', { width: 1280 })
    await other.goto(`/console/pools/${pool}`)
    await settle(other)
    await fit(other, 'pool-approve')
    await button(other, '批准').click()
    await sees(other, '批准了')
    await button(other, '记支出').click()
    await field(other, '花了多少（元）').fill('300')
    await field(other, '发票号码').fill('123')
    await button(other, '记下').click()
    await sees(other, '发票号码是 20 位或 8 位数字。')
    await field(other, '发票号码').fill('12345678')
    await fit(other, 'pool-spend')
    await button(other, '记下').click()
    await sees(other, '发票 12345678')
    await settle(other)
    await fit(other, 'pool')
    noTroubles(other)

    const phone = await enter(stage, 'admin', { width: 390 })
    await phone.goto(`/console/pools/${pool}`)
    await settle(phone)
    await fit(phone, 'pool-phone')
    await phone.getByRole('button', { name: '冲销' }).first().click()
    await fit(phone, 'pool-reverse')
    await phone.getByRole('dialog').getByRole('button', { name: '冲销' }).click()
    await sees(phone, '冲销了')
    noTroubles(phone)

    const anybody = await stage.open({ width: 390 })
    await anybody.goto(`/pools/${pool}`)
    await settle(anybody)
    await sees(anybody, '由某慈善会在某公益平台公开募捐')
    await fit(anybody, 'books')
    await anybody.setViewportSize({ width: 1280, height: 900 })
    await settle(anybody)
    await fit(anybody, 'books-wide')
    noTroubles(anybody)
  })
})
