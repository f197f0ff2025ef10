// A child's data: asked for, approved by the one who answers for it, seen, and handed to the guardian as a copy.
import assert from 'node:assert/strict'
import { after, afterEach, before, describe, test } from 'node:test'
import { ask, tokenOf } from './support/api.mjs'
import { brokenRules } from './support/axe.mjs'
import { raiseStage } from './support/browser.mjs'
import { button, enter, field, link, noTroubles, sees } from './support/pages.mjs'

const guardian = (purpose) => ({ purpose, given_by: 'guardian', guardian_name: '韦大田', relation: '父亲', given_on: '2026-01-05' })
const child = { name: '韦小苗', phone: '07005550155', birth_date: '2017-06-01', hardships: [], consents: ['collect', 'publish'].map(guardian) }

for (const database of ['sqlite', 'postgres']) {
  describe(`a child is asked for first, on ${database}`, { timeout: 300_000 }, () => {
    let stage
    before(async () => {
      stage = await raiseStage(database)
    })
    afterEach(async (t) => {
      if (!t.passed) await stage.keepPictures(t.name)
      await stage.clear()
    })
    after(() => stage?.end())

    test('the officer says yes, the worker sees the child and prints a copy for the guardian', async () => {
      const collector = await tokenOf(stage.server, 'collector')
      const organisation_id = (await ask(stage.server, 'me', collector)).memberships[0].organisation.id
      const { id } = await ask(stage.server, 'beneficiaries', collector, { ...child, organisation_id })

      const page = await enter(stage, 'collector')
      await page.goto(`/console/residents/${id}`)
      await sees(page, '要看这个孩子的资料')
      assert.equal(await page.getByRole('button', { name: '查看姓名电话' }).count(), 0)
      await button(page, '提出申请').click()
      await sees(page, '请写一句为什么')
      await field(page, '为什么现在要看').fill('约好周三上门，要核对门牌')
      await button(page, '提出申请').click()
      await sees(page, /提出了申请，等负责人答复/)

      const officer = await enter(stage, 'officer', { width: 390 })
      await officer.waitForURL('**/console/approvals')
      await sees(officer, '约好周三上门，要核对门牌')
      await sees(officer, '韦**')
      assert.equal(await officer.getByText('韦小苗').count(), 0)
      await officer.getByLabel('同意多久').selectOption({ label: '4 小时' })
      await button(officer, /^同意看/).click()
      await sees(officer, '没有要答复的申请')
      await sees(officer, /同意了，到/)
      noTroubles(officer)

      await page.reload()
      await sees(page, /负责人同意了/)
      await button(page, '查看姓名电话').click()
      const dialog = page.getByRole('dialog')
      await dialog.getByRole('radio', { name: '上门走访、核实' }).check()
      await button(dialog, '查看，并记下').click()
      await sees(page, '韦小苗')

      await page.goto(`/console/residents/${id}`)
      await link(page, '给本人一份副本').click()
      await button(page, '打开副本，并记下').click()
      await sees(page, '谁看过您的资料')
      await sees(page, '韦小苗')
      await sees(page, /韦大田，父亲/)
      assert.deepEqual(await brokenRules(page), [])
      await page.getByRole('checkbox', { name: '大字' }).check()
      await page.setViewportSize({ width: 390, height: 844 })
      assert.equal(await page.evaluate(() => document.scrollingElement.scrollWidth > document.scrollingElement.clientWidth), false)
      await page.emulateMedia({ media: 'print' })
      assert.equal(await page.getByRole('button', { name: '打印' }).isVisible(), false)
      noTroubles(page)

      const { items } = await ask(stage.server, `beneficiaries/${id}/disclosures`, collector)
      assert.deepEqual(items.map(({ scope, purpose }) => [scope, purpose]), [['copy', 'access'], ['full', 'visit']])
      assert.ok(items.every(({ request_id }) => request_id))
    })
  })
}
