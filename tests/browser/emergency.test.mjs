// An emergency call: refused whole where one wish will not do, published to a circle, seen by who is called, followed household by
// household to a plan, more is added to it, and ended by hand.
import assert from 'node:assert/strict'
import { after, afterEach, before, describe, test } from 'node:test'
import { ask, tokenOf } from './support/api.mjs'
import { fit } from './support/axe.mjs'
import { raiseStage } from './support/browser.mjs'
import { button, enter, field, link, noTroubles, sees } from './support/pages.mjs'
import { settle } from './support/rooms.mjs'

const TITLE = '洪水过后：先让每一户都有人'
/** A wish that came in afterwards; gives its title. */
async function wroteDown(server) {
  const title = '还缺一床被子'
  const token = await tokenOf(server, 'collector')
  const [{ memberships }, { items }] = await Promise.all([ask(server, 'me', token), ask(server, 'beneficiaries', token)])
  const body = { beneficiary_id: items[0].id, organisation_id: memberships[0].organisation.id, title, public_summary: '夜里冷，想要一床厚被子。', category: 'thing', quantity: 1, unit: 'item', channel: 'home_visit' }
  const { id } = await ask(server, 'wishes', token, body)
  await ask(server, `wishes/${id}/submit`, token, {})
  return title
}

const day = (days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)

describe('an emergency call', { timeout: 300_000 }, () => {
  let stage
  before(async () => { stage = await raiseStage('sqlite') })
  afterEach(async (t) => {
    if (!t.passed) await stage.keepPictures(t.name)
    await stage.clear()
  })
  after(() => stage?.end())

  test('goes out all at once, is seen by who is called, and is followed to its end', async () => {
    const desk = await enter(stage, 'coordinator', { width: 1280 })
    await desk.goto('/console/emergency')
    await settle(desk)
    await sees(desk, '还没有发出过应急响应')
    await fit(desk, 'emergency-none')
    await desk.getByRole('link', { name: '发出一次响应' }).click()
    await desk.getByRole('heading', { level: 1, name: '发出一次响应' }).waitFor()
    await settle(desk)
    await button(desk, '发出：0 件').click()
    await sees(desk, '至少选一个圈子')
    await sees(desk, '至少选一件心愿')
    await field(desk, '出了什么事').fill(TITLE)
    await field(desk, '最晚哪天办好').fill(day(3))
    await field(desk, '按名称找组织').fill('区机关')
    await desk.getByRole('button', { name: /^加上 · / }).first().click()
    for (const all of await desk.locator('details.panel').all()) {
      await all.locator('summary').click()
      await all.getByRole('button', { name: /^都选上/ }).click()
    }
    await fit(desk, 'emergency-new')
    await button(desk, /^发出：/).click()
    await sees(desk, '待审核。请确认一并通过')
    await desk.getByRole('checkbox', { name: '待审核的一并审核通过' }).check()
    await button(desk, /^发出：/).click()
    await desk.getByRole('heading', { level: 1, name: TITLE }).waitFor()
    await settle(desk)
    const token = await tokenOf(stage.server, 'coordinator')
    const [{ id, report }] = (await ask(stage.server, 'emergency-calls', token)).items
    assert.ok(report.nobody > 0, JSON.stringify(report))
    await sees(desk, `${report.households} 户里，${report.nobody} 户还没有人`)
    await fit(desk, 'emergency')

    const phone = await enter(stage, 'manager', { width: 390 })
    await phone.goto('/mine')
    await settle(phone)
    await phone.getByRole('link', { name: '看看能帮上什么' }).click()
    await phone.getByRole('heading', { level: 1, name: TITLE }).waitFor()
    await settle(phone)
    await sees(phone, '还没有人认领的')
    await fit(phone, 'emergency-called')
    noTroubles(phone)

    await button(desk, '给这些户排一份派单计划').click()
    await desk.waitForURL(/\/console\/plans\//)
    await settle(desk)
    await sees(desk, `${TITLE}（应急）`)
    await desk.goto(`/console/emergency/${id}`)
    await settle(desk)
    const later = await wroteDown(stage.server)
    await link(desk, '再添一些心愿').click()
    await desk.getByRole('heading', { level: 1, name: '给这次响应添心愿' }).waitFor()
    await settle(desk)
    await button(desk, '添上：0 件').click()
    await sees(desk, '至少选一件心愿')
    for (const village of await desk.locator('details.panel:not([open])').all()) await village.locator('summary').click()
    assert.deepEqual(await desk.getByRole('checkbox').count(), 1, 'what is in it is not offered again')
    await desk.getByRole('checkbox', { name: later }).check()
    await desk.getByRole('checkbox', { name: '待审核的一并审核通过' }).check()
    await fit(desk, 'emergency-more')
    await button(desk, '添上：1 件').click()
    await sees(desk, '添上了 1 件')
    await settle(desk)
    const more = await ask(stage.server, `emergency-calls/${id}`, token)
    assert.equal(more.report.wishes, report.wishes + 1)
    await desk.getByRole('radio', { name: /^办完了/ }).check()
    await sees(desk, '没有这样的户')
    await button(desk, '提前结束').click()
    const dialog = desk.getByRole('dialog')
    await dialog.getByLabel('为什么').fill('转入日常帮扶')
    await dialog.getByRole('button', { name: '提前结束', exact: true }).click()
    await sees(desk, '转入日常帮扶')
    await sees(desk, '户数是结束那一刻数的')
    await settle(desk)
    await desk.setViewportSize({ width: 390, height: 844 })
    await fit(desk, 'emergency-closed')
    noTroubles(desk)
    await phone.reload()
    await sees(phone, '这次响应结束了')
  })
})
