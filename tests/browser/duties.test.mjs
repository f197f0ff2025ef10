// A duty: set at the desk, its days counted by themselves, seen by the unit, taken back.
import { after, afterEach, before, describe, test } from 'node:test'
import { fit } from './support/axe.mjs'
import { raiseStage } from './support/browser.mjs'
import { button, enter, field, noTroubles, sees } from './support/pages.mjs'
import { ask, tokenOf } from './support/api.mjs'
import { settle } from './support/rooms.mjs'

describe('a duty', { timeout: 300_000 }, () => {
  let stage
  before(async () => { stage = await raiseStage('sqlite') })
  afterEach(async (t) => {
    if (!t.passed) await stage.keepPictures(t.name)
    await stage.clear()
  })
  after(() => stage?.end())

  test('is set, followed month by month, and taken back', async () => {
    const desk = await enter(stage, 'coordinator', { width: 1280 })
    await desk.goto('/console/duties')
    await settle(desk)
    await sees(desk, '机关单位每年两个心愿日')
    await button(desk, '定一个任务').click()
    await button(desk, '定下来').click()
    await sees(desk, '请填写。')
    await field(desk, '任务叫什么').fill('主题党日·点亮微心愿')
    await field(desk, '每个办几次').fill('20')
    await button(desk, '定下来').click()
    await sees(desk, '请填 1 到 12 的整数。')
    await field(desk, '每个办几次').fill('1')
    await fit(desk, 'duty-new')
    await button(desk, '定下来').click()
    await desk.getByRole('heading', { level: 1, name: '主题党日·点亮微心愿' }).waitFor()
    await settle(desk)
    await sees(desk, '还差 1 次')
    await sees(desk, '办了 1 次，应办 1 次')
    await fit(desk, 'duty')

    const phone = await enter(stage, 'manager', { width: 390 })
    const { claimants } = await ask(stage.server, 'me', await tokenOf(stage.server, 'manager'))
    await phone.goto(`/account/claimants/${claimants[0].id}`)
    await settle(phone)
    await phone.getByRole('link', { name: '主题党日·点亮微心愿' }).click()
    await phone.getByRole('heading', { level: 3, name: '区机关党支部' }).waitFor()
    await settle(phone)
    await fit(phone, 'duty-own')
    noTroubles(phone)

    await button(desk, '撤回任务').click()
    const dialog = desk.getByRole('dialog')
    await dialog.getByRole('button', { name: '撤回任务' }).click()
    await sees(desk, '撤回了')
    await settle(desk)
    await fit(desk, 'duty-withdrawn')
    noTroubles(desk)
  })
})
