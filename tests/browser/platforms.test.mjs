// A platform gets its key: an administrator adds it, hands the key over, sees that it was used, and makes it no good.
import assert from 'node:assert/strict'
import { after, afterEach, before, describe, test } from 'node:test'
import { fit } from './support/axe.mjs'
import { raiseStage } from './support/browser.mjs'
import { button, enter, field, noTroubles, sees } from './support/pages.mjs'
import { settle } from './support/rooms.mjs'

describe('a platform and its key', { timeout: 300_000 }, () => {
  let stage
  before(async () => { stage = await raiseStage('sqlite') })
  afterEach(async (t) => {
    if (!t.passed) await stage.keepPictures(t.name)
    await stage.clear()
  })
  after(() => stage?.end())

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
})
