// Whose wish it is stays with those who must know: what is published, who may look, and how it ends.
import assert from 'node:assert/strict'
import { after, afterEach, before, describe, test } from 'node:test'
import { ask, tokenOf } from './support/api.mjs'
import { raiseStage } from './support/browser.mjs'
import { button, enter, field, noTroubles, sees, signIn, takeUp } from './support/pages.mjs'
import { codeOf } from './support/totp.mjs'

const resident = {
  name: '莫小满',
  phone: '07005550144',
  birth_date: '1950-01-09',
  hardships: [],
  consents: ['collect', 'publish'].map((purpose) => ({ purpose, given_by: 'self', given_on: '2026-01-05' })),
}

describe('what is nobody else’s business', { timeout: 300_000 }, () => {
  let stage
  let collector
  let organisation_id
  before(async () => {
    stage = await raiseStage('sqlite')
    collector = await tokenOf(stage.server, 'collector')
    organisation_id = (await ask(stage.server, 'me', collector)).memberships[0].organisation.id
  })
  afterEach(async (t) => {
    if (!t.passed) await stage.keepPictures(t.name)
    await stage.clear()
  })
  after(() => stage?.end())

  const entered = () => ask(stage.server, 'beneficiaries', collector, { ...resident, organisation_id })

  test('what would tell whose wish it is, is marked for the reviewer, and stops it at the wall', async () => {
    const { id: beneficiary_id } = await entered()
    const [{ code: category }] = (await ask(stage.server, `organisations/${organisation_id}/categories`, collector)).items
    const title = '莫小满想要一双棉鞋'
    const public_summary = '莫奶奶住在 3 栋 201 室，冬天屋里冷，夜里起来要穿鞋。'
    const wish = { beneficiary_id, organisation_id, title, public_summary, category, quantity: 1, unit: 'item', channel: 'home_visit' }
    const { id } = await ask(stage.server, 'wishes', collector, wish)
    await ask(stage.server, `wishes/${id}/submit`, collector, {})

    const page = await enter(stage, 'reviewer')
    await takeUp(page, '待审核', title)
    await sees(page, /还有 \d 处要处理/)
    assert.ok((await page.locator('mark').allTextContents()).includes('莫小满'))
    for (const question of ['急需吗', '办得到吗', '实在吗']) await page.getByRole('group', { name: question }).getByRole('radio', { name: /^是/ }).check()
    await button(page, '通过，挂上墙').click()
    await sees(page, '公开的话里还有会让人认出来的地方，先处理好。')
    assert.equal((await ask(stage.server, `wishes/${id}`, await tokenOf(stage.server, 'reviewer'))).status, 'submitted')

    for (const choice of await page.getByLabel(/怎么处理$/).all()) await choice.selectOption({ label: '不要紧：本人要这样写' })
    await sees(page, '没有一定要处理的了。')
    await button(page, '通过，挂上墙').click()
    await sees(page, '挂上墙了')
    noTroubles(page)
  })

  test('back on the wall, what would tell whose wish it is is looked for again', async () => {
    const reviewer = await tokenOf(stage.server, 'reviewer')
    const { id: beneficiary_id, consents } = await entered()
    const [{ code: category }] = (await ask(stage.server, `organisations/${organisation_id}/categories`, collector)).items
    const wish = { beneficiary_id, organisation_id, title: '莫小满想要一顶帽子', public_summary: '冬天出门买菜，想要一顶厚帽子。', category, quantity: 1, unit: 'item', channel: 'home_visit' }
    const { id } = await ask(stage.server, 'wishes', collector, wish)
    await ask(stage.server, `wishes/${id}/submit`, collector, {})
    const { items } = await ask(stage.server, `wishes/${id}/findings`, reviewer)
    const dismissed = [...new Set(items.map((one) => one.id).filter(Boolean))].map((finding_id) => ({ finding_id, reason: 'asked_for' }))
    await ask(stage.server, `wishes/${id}/review`, reviewer, { decision: 'publish', urgent: true, feasible: true, practical: true, dismissed })
    const { id: consent } = consents.find(({ purpose }) => purpose === 'publish')
    await ask(stage.server, `beneficiaries/${beneficiary_id}/consents/${consent}/withdraw`, collector, {})
    await ask(stage.server, `beneficiaries/${beneficiary_id}/consents`, collector, { purpose: 'publish', given_by: 'self', given_on: '2026-01-06' })

    const page = await enter(stage, 'reviewer')
    await page.goto(`/console/wishes/${id}`)
    await button(page, '重新挂上墙').click()
    const dialog = page.getByRole('dialog')
    await sees(dialog, /还有 \d 处要处理/)
    assert.equal(await dialog.getByRole('button', { name: '重新挂上墙' }).count(), 0)
    for (const choice of await dialog.getByLabel(/怎么处理$/).all()) await choice.selectOption({ label: '不要紧：本人要这样写' })
    await button(dialog, '重新挂上墙').click()
    await sees(page, '又挂上墙了')
    assert.equal((await ask(stage.server, `wishes/${id}`, reviewer)).hidden_since, undefined)
    noTroubles(page)
  })

  test('a second factor is set up in two minutes, and asked for from then on', async () => {
    const page = await enter(stage, 'coordinator', { width: 390 })
    await page.goto('/account/second-factor')
    await field(page, '现在的密码').fill('dian-liang-2026')
    await button(page, '开始设置').click()
    await page.getByRole('img', { name: /二维码/ }).waitFor()
    const secret = await page.locator('.secret').textContent()
    await field(page, '动态口令').fill(codeOf(secret))
    await button(page, '对上了，开通').click()
    await sees(page, '收好备用码')
    const [kept] = await page.locator('.codes li').allTextContents()
    noTroubles(page)

    const other = await stage.open()
    await signIn(other, 'coordinator')
    await sees(other, '再报一次动态口令')
    await field(other, '动态口令').fill('000000')
    await button(other, '登录').click()
    await sees(other, '不对。看看手机上新的六位数字，再写一次。')
    // The code of this half minute was used when the factor was confirmed; each is good once.
    await field(other, '动态口令').fill(codeOf(secret, 1))
    await button(other, '登录').click()
    await other.waitForURL('**/console**')

    const lost = await stage.open()
    await signIn(lost, 'coordinator')
    await field(lost, '动态口令').fill(kept)
    await button(lost, '登录').click()
    await lost.waitForURL('**/console**')
  })

  test('a consent is taken back, and in the end the person is erased', async () => {
    const { id } = await entered()
    const page = await enter(stage, 'admin')
    await page.goto('/console/residents')
    await field(page, '电话或身份证号').fill('0700 555 0144')
    await button(page, '找一找').click()
    await page.getByRole('link', { name: /莫\*\*/ }).first().waitFor()
    assert.equal(await page.getByText('莫小满').count(), 0)

    await page.goto(`/console/residents/${id}`)
    await button(page, '收回 · 公开心愿的话').click()
    await page.getByRole('dialog').getByRole('button', { name: '收回' }).click()
    await sees(page, /收回了/)
    await button(page, '删除，不能恢复').click()
    const dialog = page.getByRole('dialog')
    await button(dialog, '删除，不能恢复').click()
    await sees(page, '请先核对，再勾上')
    await dialog.getByRole('checkbox').check()
    await button(dialog, '删除，不能恢复').click()
    await sees(page, '已删除的人')
    assert.ok((await ask(stage.server, `beneficiaries/${id}`, collector)).erased_at)
    noTroubles(page)
  })
})
