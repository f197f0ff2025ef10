// A household and its pair: somebody is asked, says yes, visits with a phone in hand, corrects what was noted, hands over
// to a colleague, and it ends with thanks.
import assert from 'node:assert/strict'
import { after, afterEach, before, describe, test } from 'node:test'
import { ask, tokenOf } from './support/api.mjs'
import { fit } from './support/axe.mjs'
import { raiseStage } from './support/browser.mjs'
import { button, choose, enter, field, link, noTroubles, sees } from './support/pages.mjs'
import { settle } from './support/rooms.mjs'

describe('a household and its pair', { timeout: 300_000 }, () => {
  let stage
  before(async () => { stage = await raiseStage('sqlite') })
  afterEach(async (t) => {
    if (!t.passed) await stage.keepPictures(t.name)
    await stage.clear()
  })
  after(() => stage?.end())

  test('from the first question to thanks', async () => {
    const token = await tokenOf(stage.server, 'coordinator')
    const residents = (await ask(stage.server, 'beneficiaries?limit=100', token)).items
    const resident = residents.find((one) => !one.is_minor && one.consents.some(({ purpose, withdrawn_on }) => purpose === 'share_with_claimant' && !withdrawn_on))

    const coordinator = await enter(stage, 'coordinator', { width: 1280 })
    await coordinator.goto(`/console/residents/${resident.id}`)
    await settle(coordinator)
    await sees(coordinator, '还没有谁和这一家结对。')
    await button(coordinator, '请人结对').click()
    const dialog = coordinator.getByRole('dialog')
    await dialog.waitFor()
    await field(coordinator, '找认领方').fill('区机关党支部')
    await coordinator.waitForFunction(() => document.querySelector('dialog select')?.options.length === 1)
    await field(coordinator, '每几个月一次').fill('13')
    await dialog.getByRole('button', { name: '发出去', exact: true }).click()
    await sees(coordinator, '按月写 1 到 12，按天写 1 到 366。')
    await fit(coordinator, 'proposing')
    await field(coordinator, '每几个月一次').fill('1')
    await field(coordinator, '想告诉对方的话（可不填）').fill('老人想有人常来坐坐')
    await dialog.getByRole('button', { name: '发出去', exact: true }).click()
    await sees(coordinator, '发出去了，等对方答复')
    await sees(coordinator, '等答复')

    const manager = await enter(stage, 'manager', { width: 390 })
    await manager.goto('/account/tasks')
    await sees(manager, '有单位请您和一户人家结对，愿不愿意请回一句')
    await manager.goto('/mine')
    await sees(manager, '我的结对')
    await link(manager, '一户人家').click()
    await sees(manager, '愿意和这一家结对吗')
    await fit(manager, 'asked')
    await button(manager, '愿意结对').click()
    await sees(manager, '结对了')
    await button(manager, '看电话和住址').click()
    await button(manager, '看好了，收起来').waitFor()
    await field(manager, '身体').fill('血压稳了，腿还疼')
    await button(manager, '记下这次走访').click()
    await sees(manager, '记下了')
    await sees(manager, '血压稳了，腿还疼')
    assert.equal(await field(manager, '身体').inputValue(), '', 'ready for the next one')
    await fit(manager, 'visited')
    await manager.getByRole('button', { name: /^更正/ }).click()
    const correcting = manager.getByRole('dialog')
    await correcting.getByLabel('就医', { exact: true }).fill('约了县医院复查')
    await correcting.getByRole('button', { name: '存下更正' }).click()
    await sees(manager, '约了县医院复查')
    await sees(manager, '更正过 1 次')
    await settle(manager)
    await fit(manager, 'corrected')
    noTroubles(manager)

    await coordinator.goto('/console/pairings')
    await settle(coordinator)
    await fit(coordinator, 'pairings')
    await coordinator.getByRole('main').getByRole('link', { name: /一家$/ }).click()
    await sees(coordinator, '约了县医院复查')
    await button(coordinator, '换人走访').click()
    await sees(coordinator, '这个单位还没有别的管理人。请单位先加一位。')
    await coordinator.keyboard.press('Escape')
    await button(coordinator, '改走访间隔').click()
    await choose(coordinator, '按天')
    await field(coordinator, '每几天一次').fill('10')
    await coordinator.getByRole('dialog').getByRole('button', { name: '改好了' }).click()
    await sees(coordinator, '每 10 天一次')
    await button(coordinator, '结束结对').click()
    await button(coordinator, '结束，谢谢').click()
    await sees(coordinator, '请写一句。')
    await choose(coordinator, '难处解决了')
    await field(coordinator, '道一声谢').fill('谢谢你们常来')
    await fit(coordinator, 'ending')
    await button(coordinator, '结束，谢谢').click()
    await sees(coordinator, '结束了，谢谢')
    await sees(coordinator, '谢谢你们常来')
    await settle(coordinator)
    await fit(coordinator, 'ended')
    noTroubles(coordinator)
  })
})
