// A platform's own books: sent by the platform, looked at by those who keep ours, and one difference settled with a note.
import assert from 'node:assert/strict'
import { after, afterEach, before, describe, test } from 'node:test'
import { brokenRules, fit } from './support/axe.mjs'
import { raiseStage } from './support/browser.mjs'
import { button, choose, enter, field, link, noTroubles, sees } from './support/pages.mjs'
import { settle } from './support/rooms.mjs'
import { stated } from './support/statements.mjs'

describe('a statement of a platform', { timeout: 300_000 }, () => {
  let stage
  before(async () => { stage = await raiseStage('sqlite') })
  afterEach(async (t) => {
    if (!t.passed) await stage.keepPictures(t.name)
    await stage.clear()
  })
  after(() => stage?.end())

  test('is looked at, and what differs is settled', async () => {
    const { pool, statement } = await stated(stage.server)
    const desk = await enter(stage, 'admin', { width: 1280 })
    await desk.goto(`/console/pools/${pool}`)
    await link(desk, '对账单').click()
    await sees(desk, '报 3 笔 29.06 元 · 数出 2 笔 28.05 元')
    await sees(desk, '3 处要看')
    await settle(desk)
    await fit(desk, 'statements')
    await link(desk, '某公益平台 · ').click()
    await desk.waitForURL(`**/console/statements/${statement}`)
    await sees(desk, '这份对账单装的和它自己报的合计不一样')
    await sees(desk, '少 1.01 元')
    await sees(desk, '金额（元）：元最多两位小数')
    await sees(desk, '捐赠 · 这里有，对账单没有')
    const line = desk.getByRole('listitem').filter({ hasText: '金额不一样' })
    await line.getByText('第 2 行 · T-2').waitFor()
    await line.getByText('对账单 20.05 元').waitFor()
    await line.getByText('这里 20.50 元').waitFor()
    await settle(desk)
    await fit(desk, 'statement')
    await desk.evaluate(() => document.documentElement.classList.add('dark'))
    assert.deepEqual(await brokenRules(desk, { dark: true }), [])
    if (process.env.KEEP_LOOKS) await desk.screenshot({ path: `${process.env.KEEP_LOOKS}/statement-dark.png`, fullPage: true })
    await desk.evaluate(() => document.documentElement.classList.remove('dark'))

    await line.getByRole('button', { name: '写处理结果' }).click()
    await button(desk, '记下').click()
    await sees(desk, '请写一句')
    await field(desk, '处理结果').fill('找 13800138000 问过')
    await button(desk, '记下').click()
    await sees(desk, '公开的话里还有会让人认出来的地方。')
    // The server refused it, as it should.
    desk.troubles.length = 0
    await field(desk, '处理结果').fill('平台核对后确认是 20.05 元，会退款重报。')
    await fit(desk, 'statement-settle')
    await button(desk, '记下').click()
    await sees(desk, '记下了，平台看得到')
    await sees(desk, '2 处要看')
    await line.waitFor({ state: 'detached' })
    await choose(desk, '全部')
    await line.getByText('平台核对后确认是 20.05 元').waitFor()
    assert.equal(await line.getByRole('button').count(), 0, 'settled once')
    await settle(desk)
    await fit(desk, 'statement-settled')
    noTroubles(desk)
  })
})
