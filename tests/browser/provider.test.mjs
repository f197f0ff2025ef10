// Signing in with the provider of the town: only who linked it themselves comes in by it.
import assert from 'node:assert/strict'
import { after, afterEach, before, describe, test } from 'node:test'
import { brokenRules } from './support/axe.mjs'
import { raiseStage } from './support/browser.mjs'
import { button, enter, field, link, noTroubles, sees } from './support/pages.mjs'
import { startProvider } from './support/provider.mjs'
import { PASSWORD } from './support/server.mjs'

const WITH = '用统一身份认证登录'

describe('the other way in', { timeout: 300_000 }, () => {
  let provider
  let stage
  before(async () => {
    provider = await startProvider()
    stage = await raiseStage('sqlite', provider.settings)
  })
  afterEach(async (t) => {
    if (!t.passed) await stage.keepPictures(t.name)
    await stage.clear()
  })
  after(async () => {
    await stage?.end()
    provider?.end()
  })

  test('opens to whoever linked it with their password, and to nobody else', async () => {
    const stranger = await stage.open({ width: 390 })
    await stranger.goto('/login?next=/mine')
    await button(stranger, WITH).click()
    await link(stranger, '我是小周').click()
    await sees(stranger, /还没有关联到/)
    assert.deepEqual(await brokenRules(stranger), [])
    // What was good once is not kept in the address; where the person wanted to go is.
    assert.equal(new URL(stranger.url()).search, '?next=/mine')
    await button(stranger, WITH).click()
    await link(stranger, '不同意').click()
    await sees(stranger, /那边没有同意/)
    assert.deepEqual(stranger.troubles.filter((one) => !one.includes('403')), [])

    const page = await enter(stage, 'collector')
    await page.goto('/account')
    await field(page, '现在的密码').fill('不是这一句')
    await button(page, '关联统一身份认证').click()
    await sees(page, '不对，请再看一眼。')
    await field(page, '现在的密码').fill(PASSWORD)
    await button(page, '关联统一身份认证').click()
    await link(page, '我是小周').click()
    await sees(page, '关联好了，下次可以用它登录')
    await sees(page, 'xiao-zhou')
    assert.equal(new URL(page.url()).search, '')
    assert.deepEqual(await brokenRules(page), [])

    const again = await stage.open({ width: 390 })
    await again.goto('/login?next=/account')
    await button(again, WITH).click()
    await link(again, '我是小周').click()
    await again.waitForURL('**/account')
    await button(again, '取消关联').click()
    await sees(again, '取消了，以后不能用它登录')
    noTroubles(again)
  })
})
