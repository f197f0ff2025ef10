// People and hours: a project with two mornings, made at the desk, found by anybody, signed up for, and who came.
import assert from 'node:assert/strict'
import { after, afterEach, before, describe, test } from 'node:test'
import { ask, tokenOf } from './support/api.mjs'
import { fit } from './support/axe.mjs'
import { raiseStage } from './support/browser.mjs'
import { button, choose, enter, field, noTroubles, sees } from './support/pages.mjs'
import { settle } from './support/rooms.mjs'

const day = (days) => new Date(Date.now() + (days * 24 + 8) * 3_600_000).toISOString().slice(0, 10)
/** What was refused on purpose is no trouble. */
const noSurprise = ({ troubles }) => assert.deepEqual(troubles.filter((one) => !/\b409\b/.test(one)), [])
const PEACHES = '帮果农摘桃子'

describe('a post', { timeout: 300_000 }, () => {
  let stage
  before(async () => { stage = await raiseStage('sqlite') })
  afterEach(async (t) => {
    if (!t.passed) await stage.keepPictures(t.name)
    await stage.clear()
  })
  after(() => stage?.end())

  test('is made with two shifts, opened, and taken by a team and a person', async () => {
    const admin = await tokenOf(stage.server, 'admin')
    const district = (await ask(stage.server, 'me', admin)).memberships[0].organisation.id
    const person = { kind: 'person', display_name: '莫师傅', organisation_id: district, username: 'collector3', skills: [], region_codes: [], capacity: 3 }
    await ask(stage.server, 'claimants', admin, person)

    const desk = await enter(stage, 'coordinator', { width: 1280 })
    await desk.goto('/console/posts')
    await settle(desk)
    await fit(desk, 'posts-desk')
    await button(desk, '开一个岗位或项目').click()
    await choose(desk, '项目')
    await field(desk, '叫什么').fill('给老街刷墙')
    await field(desk, '要做什么').fill('打电话 13800001234')
    await fit(desk, 'post-new')
    await button(desk, '存下').click()
    await sees(desk, '有电话号码')
    await field(desk, '要做什么').fill('二十几个人，两个上午，把老街的墙刷一遍。')
    await button(desk, '存下').click()
    await desk.getByRole('heading', { level: 1, name: '给老街刷墙' }).waitFor()
    for (const days of [3, 4]) {
      await button(desk, '加一场').click()
      await field(desk, '哪一天').fill(day(days))
      await field(desk, '几点结束').fill('07:00')
      await field(desk, '要几个人').fill('8')
      await field(desk, '在哪里集合').fill('老街牌坊下')
      await button(desk, '存下').click()
      await sees(desk, '结束要晚于开始。')
      if (days === 3) await fit(desk, 'shift-new')
      await field(desk, '几点结束').fill('11:30')
      await button(desk, '存下').click()
      await desk.getByRole('dialog').waitFor({ state: 'detached' })
    }
    await button(desk, '开放报名').click()
    await sees(desk, '报名中')
    await settle(desk)
    await fit(desk, 'post-desk')
    noSurprise(desk)

    const phone = await enter(stage, 'manager', { width: 390 })
    await phone.goto('/posts')
    await settle(phone)
    await fit(phone, 'posts')
    await phone.getByRole('link', { name: '给老街刷墙' }).click()
    await field(phone, '去几个人').fill('9')
    await button(phone, '报名').click()
    await sees(phone, '名额不够了')
    await field(phone, '去几个人').fill('6')
    await button(phone, '报名').click()
    await sees(phone, '还有 2 个名额')
    await fit(phone, 'post')
    await phone.getByRole('link', { name: '我的报名' }).click()
    await sees(phone, '集合：老街牌坊下')
    await settle(phone)
    await fit(phone, 'sign-ups')
    noSurprise(phone)

    const other = await enter(stage, 'collector3', { width: 390 })
    await other.goto(phone.url().replace(/account.*/, 'posts'))
    await other.getByRole('link', { name: '给老街刷墙' }).click()
    await settle(other)
    assert.equal(await field(other, '去几个人').count(), 0, 'a person takes one place')
    await button(other, '报名').click()
    await sees(other, '还有 1 个名额')
    await other.getByRole('link', { name: '我的报名' }).click()
    await other.getByRole('button', { name: /^退出/ }).click()
    await sees(other, '已退出')
    noTroubles(other)

    await desk.reload()
    await settle(desk)
    await sees(desk, '报了 6，共 8 个名额')
    await button(desk, '取消这一场').click()
    await desk.getByRole('dialog').getByLabel('原因').fill('下大雨')
    await desk.getByRole('dialog').getByRole('button', { name: '取消这一场', exact: true }).click()
    await sees(desk, '取消了：下大雨')
    await phone.reload()
    await sees(phone, '取消了：下大雨')
  })

  test('tells who came, by the staff of its holder, and the record counts it', async () => {
    const token = await tokenOf(stage.server, 'coordinator')
    const peaches = (await ask(stage.server, 'posts/held', token)).items.find(({ title }) => title === PEACHES)
    const desk = await enter(stage, 'huifeng', { width: 390 })
    await desk.goto(`/console/posts/${peaches.id}`)
    await settle(desk)
    await fit(desk, 'post-desk-phone')
    await desk.getByRole('link', { name: '报名和到场' }).first().click()
    await sees(desk, '到场 12 人，共 48 小时')
    const team = desk.getByRole('listitem').filter({ hasText: '本地某公司' })
    await team.getByLabel('到场几人').fill('5')
    await team.getByLabel('共几小时').fill('12')
    await team.getByRole('button', { name: /^记下/ }).click()
    await sees(desk, '写 0 到名额之间的整数。')
    await team.getByLabel('到场几人').fill('3')
    await settle(desk)
    await fit(desk, 'attendance')
    await team.getByRole('button', { name: /^记下/ }).click()
    await sees(desk, '到场 3 人，共 12 小时')
    await desk.emulateMedia({ media: 'print' })
    assert.equal(await desk.getByRole('button', { name: /^更正/ }).filter({ visible: true }).count(), 0, 'paper has no buttons')
    await desk.emulateMedia({ media: 'screen' })
    noTroubles(desk)

    const company = await enter(stage, 'company', { width: 1280 })
    await company.goto('/mine')
    await sees(company, '报了没到（名额）')
    const { claimants } = await ask(stage.server, 'me', await tokenOf(stage.server, 'company'))
    const { served } = await ask(stage.server, `claimants/${claimants[0].id}/record`, await tokenOf(stage.server, 'company'))
    assert.deepEqual(served, { came: 3, no_shows: 1, unmarked: 0, hours: 12 })
    noTroubles(company)
  })
})
