// A wish that was lit goes out again on the resident's word, and comes back to whoever brought it. The rule beside it: how many
// open claims one claimant may hold, which an administrator sets and a claimant hears of.
import assert from 'node:assert/strict'
import { after, afterEach, before, describe, test } from 'node:test'
import { ask, tokenOf } from './support/api.mjs'
import { fit } from './support/axe.mjs'
import { raiseStage } from './support/browser.mjs'
import { button, choose, enter, field, noTroubles, sees } from './support/pages.mjs'
import { settle } from './support/rooms.mjs'

const TITLE = '散步时'

describe('after a wish was lit', { timeout: 300_000 }, () => {
  let stage
  before(async () => { stage = await raiseStage('sqlite') })
  afterEach(async (t) => {
    if (!t.passed) await stage.keepPictures(t.name)
    await stage.clear()
  })
  after(() => stage?.end())

  test('it is reopened on its page, and its claimant has it again', async () => {
    const lit = (await ask(stage.server, 'wishes?limit=100')).items.find((one) => one.title.startsWith(TITLE))
    const page = await enter(stage, 'coordinator', { width: 1280 })
    await page.goto(`/console/wishes/${lit.id}`)
    await settle(page)
    await fit(page, 'lit')
    await button(page, '没收到或用不了，重开').click()
    await page.getByRole('dialog').waitFor()
    const submit = page.getByRole('dialog').getByRole('button', { name: '重开', exact: true })
    await submit.click()
    await sees(page, '请写一句，让接着办的人明白。')
    await fit(page, 'reopening')
    await choose(page, '收到了，用不了')
    await field(page, '说清楚一点').fill('插上没有声音')
    await submit.click()
    await sees(page, '重开了，接着办')
    await sees(page, '本人说还不行，重开了')
    await settle(page)
    await fit(page, 'reopened')
    noTroubles(page)
    const again = await ask(stage.server, `wishes/${lit.id}`)
    assert.equal(again.status, 'claimed')
    const anyone = await stage.open({ width: 390 })
    await anyone.goto(`/wishes/${lit.id}`)
    await sees(anyone, '本人说还不行，接着办')
    noTroubles(anyone)
  })

  test('it is drawn, and somebody who had no part in it asks the resident again', async () => {
    const page = await enter(stage, 'admin', { width: 1280 })
    await page.goto('/console/organisations')
    await settle(page)
    await page.getByRole('tab', { name: '时限' }).click()
    await field(page, '点亮后抽查回访').fill('101')
    await button(page, '存').click()
    await sees(page, '写 0 到 100 的整数，或留空')
    await field(page, '点亮后抽查回访').fill('100')
    await button(page, '存').click()
    await sees(page, '点亮后抽查回访 100')
    noTroubles(page)

    const reviewer = await tokenOf(stage.server, 'reviewer')
    const [brought] = (await ask(stage.server, 'claims?status=delivered', reviewer)).items
    await ask(stage.server, `claims/${brought.id}/confirmation`, reviewer, { accepted: true, method: 'call' })
    const worker = await enter(stage, 'coordinator', { width: 1280 })
    await worker.goto('/account/tasks')
    await settle(worker)
    await sees(worker, '抽中了，请没有经手的人再问一次本人')
    await fit(worker, 'drawn')
    await worker.goto(`/console/wishes/${brought.wish_id}`)
    await settle(worker)
    await button(worker, '记下回访').click()
    await sees(worker, '请选一个。')
    await fit(worker, 'spot check')
    await choose(worker, '收到了，用不了')
    await button(worker, '记下回访').click()
    await sees(worker, '本人说还不行，请接着“重开”这条心愿。')
    await settle(worker)
    await fit(worker, 'spot checked')
    noTroubles(worker)

    const took = await enter(stage, 'reviewer', { width: 390 })
    await took.goto('/account/tasks')
    await settle(took)
    assert.equal(await took.getByText('抽查回访').count(), 0, 'who took the word is not asked')
    noTroubles(took)
  })

  test('an administrator sets how many open claims one claimant may hold, and a claimant hears of it', async () => {
    const page = await enter(stage, 'admin', { width: 1280 })
    await page.goto('/console/organisations')
    await settle(page)
    await page.getByRole('tab', { name: '时限' }).click()
    await field(page, '一个认领方最多同时认领').fill('1001')
    await button(page, '存').click()
    await sees(page, '写 1 到 1000 的整数，或留空')
    await fit(page, 'limit')
    await field(page, '一个认领方最多同时认领').fill('1')
    await button(page, '存').click()
    await sees(page, '一个认领方最多同时认领 1')
    noTroubles(page)

    const manager = await tokenOf(stage.server, 'manager')
    const held = (await ask(stage.server, 'claims?mine=true&status=active', manager)).items
    assert.ok(held.length > 0, 'the demo has a claim under way')
    const open = (await ask(stage.server, 'wishes?limit=100&status=open')).items.find((one) => one.title.startsWith('楼道里想有一盏'))
    const claimant = await enter(stage, 'manager', { width: 390 })
    await claimant.goto(`/wishes/${open.id}/claim`)
    await claimant.getByRole('checkbox', { name: '我会先听本人的意思' }).check()
    await button(claimant, '就这么定，我来点亮').click()
    await sees(claimant, '上限 1')
    await fit(claimant, 'refused')
  })
})
