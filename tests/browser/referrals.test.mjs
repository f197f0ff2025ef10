// A deeper need: seen by who brought something, handed on, answered; and a benefit that was never asked for.
import { after, afterEach, before, describe, test } from 'node:test'
import { ask, tokenOf } from './support/api.mjs'
import { fit } from './support/axe.mjs'
import { raiseStage } from './support/browser.mjs'
import { button, choose, enter, field, noTroubles, sees } from './support/pages.mjs'
import { settle } from './support/rooms.mjs'

describe('a deeper need', { timeout: 300_000 }, () => {
  let stage
  before(async () => { stage = await raiseStage('sqlite') })
  afterEach(async (t) => {
    if (!t.passed) await stage.keepPictures(t.name)
    await stage.clear()
  })
  after(() => stage?.end())

  test('is told to the community, handed on, and answered', async () => {
    const { items } = await ask(stage.server, 'claims?mine=true', await tokenOf(stage.server, 'company'))
    const phone = await enter(stage, 'company', { width: 390 })
    await phone.goto(`/mine/${items.find(({ status }) => status === 'delivered').id}`)
    await settle(phone)
    await sees(phone, '看到更深的难处？')
    await button(phone, '告诉社区').click()
    await sees(phone, '请填写。')
    await field(phone, '什么难处').fill('家里没人换手，想每周有人来顶半天')
    await fit(phone, 'need-note')
    await button(phone, '告诉社区').click()
    await sees(phone, '告诉社区了，他们会去办')
    noTroubles(phone)

    const desk = await enter(stage, 'coordinator', { width: 1280 })
    await desk.goto('/console/referrals')
    await settle(desk)
    await fit(desk, 'referrals')
    await desk.getByRole('link', { name: '家里没人换手' }).click()
    await sees(desk, '送东西时看到的')
    await button(desk, '本人同意了，转出去').click()
    await sees(desk, '请填写。')
    await choose(desk, '系统外的部门')
    await field(desk, '哪个部门').fill('区残联')
    await fit(desk, 'referral-send')
    await button(desk, '本人同意了，转出去').click()
    await sees(desk, '转出去了')
    await button(desk, '答复').click()
    await sees(desk, '请选一个结果。')
    await choose(desk, '办成了')
    await field(desk, '怎么答复的').fill('每周二上午有人来顶班')
    await fit(desk, 'referral-reply')
    await button(desk, '答复').click()
    await sees(desk, '每周二上午有人来顶班')
    await settle(desk)
    await fit(desk, 'referral-answered')
    noTroubles(desk)
  })

  test('that is owed already is asked for before charity is', async () => {
    const residents = (await ask(stage.server, 'beneficiaries', await tokenOf(stage.server, 'coordinator'))).items
    const of = residents.find(({ approval_needed, erased_at }) => !approval_needed && !erased_at)
    const desk = await enter(stage, 'coordinator', { width: 1280 })
    await desk.goto(`/console/residents/${of.id}`)
    await settle(desk)
    await desk.getByText('低保、特困供养').click()
    await fit(desk, 'benefits')
    await button(desk, '转介：高龄津贴').click()
    await field(desk, '什么难处').fill('八十三了，还没有办')
    await choose(desk, '系统里的单位')
    await field(desk, '哪个单位').selectOption({ index: 1 })
    await fit(desk, 'refer')
    await desk.getByRole('dialog').getByRole('button', { name: '本人同意了，转出去' }).click()
    await sees(desk, '转出去了')
    await desk.getByRole('link', { name: '高龄津贴' }).click()
    await desk.getByRole('heading', { level: 1, name: /高龄津贴/ }).waitFor()
    await button(desk, '不办了').click()
    const dialog = desk.getByRole('dialog')
    await dialog.getByLabel('为什么').fill('已经办好了，存折昨天才找到')
    await dialog.getByRole('button', { name: '不办了' }).click()
    await sees(desk, '已经办好了，存折昨天才找到')
    await settle(desk)
    await fit(desk, 'referral-closed')
    noTroubles(desk)
  })
})
