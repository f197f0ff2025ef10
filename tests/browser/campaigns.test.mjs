// A campaign from the first word to its report: prepared at the desk, opened, joined by a unit, seen by everybody, closed.
import assert from 'node:assert/strict'
import { after, afterEach, before, describe, test } from 'node:test'
import { ask, tokenOf } from './support/api.mjs'
import { fit } from './support/axe.mjs'
import { raiseStage } from './support/browser.mjs'
import { button, enter, field, noTroubles, sees } from './support/pages.mjs'
import { settle } from './support/rooms.mjs'

const day = (days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)

describe('a campaign', { timeout: 300_000 }, () => {
  let stage
  before(async () => { stage = await raiseStage('sqlite') })
  afterEach(async (t) => {
    if (!t.passed) await stage.keepPictures(t.name)
    await stage.clear()
  })
  after(() => stage?.end())

  test('is found by anybody, with its own wall and a poster to print', async () => {
    const page = await stage.open({ width: 390 })
    await page.goto('/campaigns')
    await settle(page)
    await page.getByRole('link', { name: '点亮微心愿·党群圆梦行' }).click()
    await page.getByRole('heading', { level: 1, name: '点亮微心愿·党群圆梦行' }).waitFor()
    await settle(page)
    await sees(page, '名单上')
    await page.getByRole('link', { name: '登录后参加' }).waitFor()
    await fit(page, 'campaign')
    await page.getByRole('link', { name: '打印海报' }).click()
    await page.getByRole('img', { name: '活动网页的二维码' }).waitFor()
    await fit(page, 'campaign-poster')
    noTroubles(page)
  })

  test('is prepared, opened, joined, changed by hand and closed', async () => {
    const desk = await enter(stage, 'coordinator', { width: 1280 })
    await desk.goto('/console/campaigns')
    await settle(desk)
    await button(desk, '筹备一个活动').click()
    await desk.getByRole('dialog').waitFor()
    await field(desk, '活动叫什么').fill('重阳·陪伴周')
    await field(desk, '一段话说清楚').fill('一周里多走几家，多坐一会儿。')
    await field(desk, '哪天开').fill(day(5))
    await field(desk, '哪天收').fill(day(2))
    await button(desk, '存下').click()
    await sees(desk, '收的日子不能早于开的日子。')
    await field(desk, '哪天收').fill(day(12))
    await field(desk, '点亮多少件').fill('5')
    await fit(desk, 'campaign-new')
    await button(desk, '存下').click()
    await desk.getByRole('heading', { level: 1, name: '重阳·陪伴周' }).waitFor()
    await settle(desk)
    await sees(desk, '名单还是空的')
    await fit(desk, 'campaign-draft')
    await button(desk, '现在就开').click()
    await sees(desk, '提前结束')
    const out = desk.getByRole('button', { name: /^拿出去/ }).first()
    await out.waitFor()
    await out.click()
    await sees(desk, '拿出名单了')
    const token = await tokenOf(stage.server, 'coordinator')
    const { id } = (await ask(stage.server, 'campaigns?status=open', token)).items.find((one) => one.title === '重阳·陪伴周')
    assert.equal((await ask(stage.server, `campaigns/${id}/wishes?place=out`, token)).items.length, 1)

    const phone = await enter(stage, 'manager', { width: 390 })
    await phone.goto(`/campaigns/${id}`)
    await settle(phone)
    await button(phone, '参加这个活动').click()
    await sees(phone, '至少写一项')
    await field(phone, '办几件心愿').fill('2')
    await button(phone, '参加这个活动').click()
    await sees(phone, '承诺 2 件')
    await phone.getByRole('button', { name: /^改承诺/ }).click()
    await field(phone, '办几件心愿').fill('3')
    await button(phone, '就改成这样').click()
    await sees(phone, '承诺 3 件')
    await fit(phone, 'campaign-joined')
    noTroubles(phone)

    await desk.reload()
    await settle(desk)
    await sees(desk, '承诺 3 件')
    await button(desk, '提前结束').click()
    const dialog = desk.getByRole('dialog')
    await dialog.getByLabel('原因').fill('提前办完了')
    await dialog.getByRole('button', { name: '提前结束', exact: true }).click()
    await sees(desk, '定格在')
    await settle(desk)
    await fit(desk, 'campaign-closed')
    noTroubles(desk)
    const report = await ask(stage.server, `campaigns/${id}/report`, token)
    assert.deepEqual([report.frozen, report.pledges[0].pledged], [true, { wishes: 3 }])
  })
})
