// Many wishes at once: a coordinator has a plan proposed, changes it by hand and sends it in one act; a claimant finds what
// suits them, and who dispatches one wish sees who fits.
import assert from 'node:assert/strict'
import { after, afterEach, before, describe, test } from 'node:test'
import { ask, tokenOf } from './support/api.mjs'
import { fit } from './support/axe.mjs'
import { raiseStage } from './support/browser.mjs'
import { button, enter, field, noTroubles, sees } from './support/pages.mjs'
import { settle } from './support/rooms.mjs'

describe('many wishes at once', { timeout: 300_000 }, () => {
  let stage
  before(async () => { stage = await raiseStage('sqlite') })
  afterEach(async (t) => {
    if (!t.passed) await stage.keepPictures(t.name)
    await stage.clear()
  })
  after(() => stage?.end())

  test('a claimant sees what suits them, and why', async () => {
    const page = await enter(stage, 'manager', { width: 390 })
    await page.goto('/mine')
    await settle(page)
    await page.getByRole('heading', { name: /手的$/ }).first().waitFor()
    await sees(page, '这户还没有帮到过')
    await fit(page, 'suits')
    noTroubles(page)
  })

  test('who dispatches a wish sees who fits it', async () => {
    const page = await enter(stage, 'coordinator', { width: 1280 })
    const open = (await ask(stage.server, 'wishes?status=open&limit=100')).items.find((one) => one.title.startsWith('楼道'))
    await page.goto(`/console/dispatch/${open.id}`)
    await settle(page)
    await sees(page, '合适的认领方')
    await page.getByRole('button', { name: /^就选这家/ }).first().click()
    await page.getByRole('button', { name: /^已选/ }).waitFor()
    await fit(page, 'fits')
    noTroubles(page)
  })

  test('a plan is proposed, changed by hand, and sent in one act', async () => {
    const page = await enter(stage, 'coordinator', { width: 1280 })
    await page.goto('/console/plans')
    await settle(page)
    await sees(page, '还没有计划')
    await fit(page, 'plans-none')
    await button(page, '新排一份').click()
    await page.getByRole('dialog').waitFor()
    await button(page, '排一排').click()
    await sees(page, '给它起个名。')
    await field(page, '计划叫什么').fill('春节前，一户不落')
    await fit(page, 'plan-new')
    await button(page, '排一排').click()
    await page.getByRole('heading', { level: 1, name: /户 → / }).waitFor()
    await settle(page)
    await fit(page, 'plan')
    const token = await tokenOf(stage.server, 'coordinator')
    const [plan] = (await ask(stage.server, 'plans', token)).items
    const before = await ask(stage.server, `plans/${plan.id}`, token)
    assert.ok(before.covered > 0 && before.sent === 0)

    await page.getByRole('button', { name: /^改派/ }).first().click()
    await page.getByRole('dialog').waitFor()
    await fit(page, 'plan-change')
    await field(page, '改派给').selectOption('')
    await button(page, '就这样').click()
    await sees(page, '改好了，代价从')
    await sees(page, '手改成先不派')
    const after = await ask(stage.server, `plans/${plan.id}`, token)
    assert.ok(after.by_hand > 0 && after.covered < before.covered)

    await page.getByRole('button', { name: /^全部发出/ }).click()
    await page.getByRole('dialog').waitFor()
    await fit(page, 'plan-send')
    await page.getByRole('dialog').getByRole('button', { name: '全部发出', exact: true }).click()
    await sees(page, '发出了，等各家回话')
    await settle(page)
    await fit(page, 'plan-sent')
    const sent = await ask(stage.server, `plans/${plan.id}`, token)
    assert.deepEqual([sent.status, sent.sent], ['sent', after.covered])
    noTroubles(page)
  })
})
