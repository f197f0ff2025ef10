// One resident who was written down twice: found, compared, made one, and made two again.
import assert from 'node:assert/strict'
import { after, afterEach, before, describe, test } from 'node:test'
import { ask, tokenOf } from './support/api.mjs'
import { brokenRules, fit } from './support/axe.mjs'
import { raiseStage } from './support/browser.mjs'
import { button, enter, link, noTroubles, sees } from './support/pages.mjs'
import { settle } from './support/rooms.mjs'

describe('one resident, written down twice', { timeout: 300_000 }, () => {
  let stage
  before(async () => { stage = await raiseStage('sqlite') })
  afterEach(async (t) => {
    if (!t.passed) await stage.keepPictures(t.name)
    await stage.clear()
  })
  after(() => stage?.end())

  test('is compared field by field, made one, and made two again', async () => {
    const collector = await tokenOf(stage.server, 'collector')
    const organisation_id = (await ask(stage.server, 'me', collector)).memberships[0].organisation.id
    const consents = ['collect', 'publish'].map((purpose) => ({ purpose, given_by: 'self', given_on: '2026-01-05' }))
    const known = { name: '莫小满', birth_date: '1950-01-09', hardships: [], consents, organisation_id }
    const enterOne = (more) => ask(stage.server, 'beneficiaries', collector, { ...known, ...more })
    const one = await enterOne({ phone: '07005550144', address: '示例村三组 2 号' })
    const other = await enterOne({ phone: '07005550155' })
    const [{ code: category }] = (await ask(stage.server, `organisations/${organisation_id}/categories`, collector)).items
    const wish = { organisation_id, title: '想要一双棉鞋', public_summary: '冬天屋里冷，夜里起来要穿鞋。', category, quantity: 1, unit: 'item', channel: 'home_visit' }
    const reviewer = await tokenOf(stage.server, 'reviewer')
    for (const { id: beneficiary_id } of [one, other]) {
      const { id } = await ask(stage.server, 'wishes', collector, { ...wish, beneficiary_id })
      await ask(stage.server, `wishes/${id}/submit`, collector, {})
      await ask(stage.server, `wishes/${id}/review`, reviewer, { decision: 'publish', urgent: true, feasible: true, practical: true })
    }

    const page = await enter(stage, 'coordinator', { width: 1280 })
    await page.goto('/console/residents')
    await link(page, '可能重复的').click()
    await sees(page, '莫** · 莫**')
    await sees(page, '姓名相同 · 生日相同')
    await settle(page)
    await fit(page, 'doubles')
    await page.getByRole('listitem').filter({ hasText: '莫** · 莫**' }).getByRole('link', { name: '比一比' }).click()
    await page.waitForURL((url) => url.searchParams.get('doubles') === `${one.id}_${other.id}`)
    await sees(page, '有 2 处不一样')
    assert.equal(await page.getByRole('button', { name: '合并成一份' }).count(), 0, 'nobody decides on what they have not seen')
    await settle(page)
    await fit(page, 'compare-masked')

    // Two people after all: suggested no more, remembered with who said so, and taken back.
    await page.locator('summary', { hasText: '这是两个人' }).click()
    await button(page, '这是两个人').click()
    await sees(page, '请选一个')
    await page.getByRole('radio', { name: '认识，是两个人' }).check()
    await button(page, '这是两个人').click()
    await sees(page, '这是两个人（认识，是两个人）')
    assert.equal(await page.getByRole('button', { name: '看全两份' }).count(), 0, 'they are not to be merged')
    await settle(page)
    await fit(page, 'compare-apart')
    await page.goto('/console/residents?doubles=all')
    await settle(page)
    assert.equal(await page.getByRole('listitem').filter({ hasText: '莫** · 莫**' }).count(), 0)
    await button(page, '看说明过是两个人的').click()
    await page.getByRole('listitem').filter({ hasText: '莫** · 莫**' }).getByRole('link', { name: '比一比' }).click()
    await button(page, '收回“是两个人”').click()
    await page.getByText('这是两个人（').waitFor({ state: 'detached' })
    await settle(page)
    await button(page, '看全两份').click()
    await sees(page, '07005550155')
    // The other side says nothing, so nobody has to decide.
    await page.getByRole('group', { name: '住址' }).getByRole('radio', { name: /留下这一份/, checked: true }).waitFor()
    await button(page, '合并成一份').click()
    await sees(page, '请选用哪一个')
    await sees(page, '请选一个')
    await settle(page)
    await fit(page, 'compare')
    await page.evaluate(() => document.documentElement.classList.add('dark'))
    assert.deepEqual(await brokenRules(page, { dark: true }), [])
    if (process.env.KEEP_LOOKS) await page.screenshot({ path: `${process.env.KEEP_LOOKS}/compare-dark.png`, fullPage: true })
    await page.evaluate(() => document.documentElement.classList.remove('dark'))
    await page.getByRole('group', { name: '电话' }).getByRole('radio', { name: /07005550155/ }).check()
    await page.getByRole('radio', { name: '问过本人或家里人' }).check()
    await button(page, '合并成一份').click()

    await page.waitForURL(`**/console/residents/${one.id}`)
    await sees(page, '070****0155')
    await sees(page, '合并过的登记')
    await sees(page, '像是同一个心愿')
    await settle(page)
    await fit(page, 'resident-merged')
    await button(page, '后记的这一条重复，撤回').click()
    await sees(page, '撤回了，另一条还在')
    await page.getByText('像是同一个心愿').waitFor({ state: 'detached' })
    await link(page, '看并进来的那一份').click()
    await page.waitForURL(`**/console/residents/${other.id}`)
    await sees(page, '这一份已经并到另一份里了')
    await settle(page)
    await fit(page, 'resident-pointing')
    await link(page, '看留下的那一份').click()
    await button(page, '拆开').click()
    await sees(page, '两份各自回到合并以前的样子。')
    await fit(page, 'undo')
    await page.getByRole('dialog').getByRole('button', { name: '拆开' }).click()
    await sees(page, '拆开了')
    await sees(page, '070****0144')
    await sees(page, '可能还有一份')
    const withdrawn = (await ask(stage.server, `wishes?beneficiary_id=${other.id}`, reviewer)).items
    assert.deepEqual(withdrawn.map(({ status }) => status), ['withdrawn'])
    noTroubles(page)
  })
})
