// Joining a circle: somebody applies with a telephone, staff let them in, the new manager signs in and claims; who is
// suspended is told what to do.
import assert from 'node:assert/strict'
import { after, afterEach, before, describe, test } from 'node:test'
import { ask, tokenOf } from './support/api.mjs'
import { fit } from './support/axe.mjs'
import { raiseStage } from './support/browser.mjs'
import { button, enter, field, noTroubles, sees, signIn } from './support/pages.mjs'
import { settle } from './support/rooms.mjs'

const OWN = '一盏灯亮在她的窗前'

describe('joining a circle', { timeout: 300_000 }, () => {
  let stage
  before(async () => { stage = await raiseStage('sqlite') })
  afterEach(async (t) => {
    if (!t.passed) await stage.keepPictures(t.name)
    await stage.clear()
  })
  after(() => stage?.end())

  test('from the application to the first claim, and a suspension', async () => {
    const desk = await enter(stage, 'admin', { width: 1280 })
    const token = await tokenOf(stage.server, 'admin')
    const root = (await ask(stage.server, 'me', token)).memberships[0].organisation
    await desk.goto(`/console/organisations/${root.id}`)
    await settle(desk)
    await desk.getByRole('tab', { name: '改名、移动、圈子' }).click()
    await button(desk, '开始收申请').click()
    await sees(desk, `/join/${root.id}`)
    await fit(desk, 'circle-door')
    await desk.getByRole('tab', { name: '专长' }).click()
    await desk.getByRole('textbox', { name: '专长', exact: true }).fill('修钟表')
    await button(desk, '加上').click()
    await sees(desk, '修钟表')
    await fit(desk, 'skills')

    const phone = await stage.open({ width: 390 })
    await phone.goto('/join')
    await settle(phone)
    await fit(phone, 'join')
    await phone.getByRole('link', { name: root.name, exact: true }).click()
    await settle(phone)
    await button(phone, '交申请').click()
    await sees(phone, '请填写。')
    await field(phone, '单位或队伍的名称').fill('巷口修理队')
    await phone.getByRole('checkbox', { name: '修钟表' }).check()
    await phone.getByRole('checkbox', { name: '电工' }).check()
    await field(phone, '同时最多接几件').fill('2')
    await field(phone, '联系人').fill('林小舟')
    await field(phone, '电话或邮箱').fill('0700 555 0101')
    await fit(phone, 'apply')
    await button(phone, '交申请').click()
    await sees(phone, '申请收到了')
    await fit(phone, 'applied')
    const code = (await phone.locator('.code').textContent()).trim()
    await phone.goto('/join')
    await settle(phone)
    await field(phone, '查询码').fill('k3vq-7hzd-p2xm-wnta')
    await button(phone, '看答复').click()
    await sees(phone, '没有找到')
    await field(phone, '查询码').fill(code.toUpperCase().replaceAll('-', ' '))
    await button(phone, '看答复').click()
    await sees(phone, '正等答复')
    await fit(phone, 'application-waiting')

    await desk.goto('/console/applications')
    await settle(desk)
    await fit(desk, 'applications')
    await desk.getByRole('link', { name: '巷口修理队' }).click()
    await settle(desk)
    await sees(desk, '0700 555 0101')
    await button(desk, '通过').click()
    const dialog = desk.getByRole('dialog')
    await dialog.getByLabel('账号名').fill('fixers')
    await fit(desk, 'approve')
    await dialog.getByRole('button', { name: '让对方加入' }).click()
    await sees(desk, '密码只显示这一次')
    await fit(desk, 'approved')
    const password = (await desk.locator('.given dd').nth(1).textContent()).trim()
    await desk.getByRole('link', { name: '认领方页面' }).click()
    // The application's page has the same heading: the next one is there when it can be suspended.
    await button(desk, '暂停').waitFor()
    await settle(desk)
    await fit(desk, 'claimant-desk')

    await signIn(phone, 'fixers', password)
    await sees(phone, /您现在的密码是别人设的/)
    await field(phone, '现在的密码').fill(password)
    await field(phone, '新密码').fill(OWN)
    await field(phone, '新密码再写一遍').fill(OWN)
    await button(phone, '改好').click()
    await sees(phone, '密码改好了')
    const [{ id: claimant }] = (await ask(stage.server, 'claimants?q=%E5%B7%B7%E5%8F%A3', token)).items
    const { wish_id: wish } = (await ask(stage.server, `claimants/${claimant}/suggestions`, token)).items[0]
    await phone.goto('/mine')
    await settle(phone)
    await phone.getByRole('link', { name: /改会什么、接什么/ }).click()
    await settle(phone)
    await phone.getByRole('checkbox', { name: '搬运' }).check()
    await button(phone, '存下').click()
    await sees(phone, '存好了')
    await fit(phone, 'claimant-own')

    await desk.reload()
    await settle(desk)
    await button(desk, '暂停').click()
    await desk.getByRole('dialog').getByLabel('为什么').fill('三次没有送到')
    await fit(desk, 'suspend')
    await desk.getByRole('dialog').getByRole('button', { name: '暂停', exact: true }).click()
    await sees(desk, '要等工作人员恢复')
    await fit(desk, 'suspended')
    await phone.reload()
    await settle(phone)
    await sees(phone, '三次没有送到')
    await fit(phone, 'suspended-own')
    await phone.goto(`/wishes/${wish}/claim`)
    await settle(phone)
    await phone.getByRole('checkbox', { name: '我会先听本人的意思' }).check()
    await button(phone, '就这么定').click()
    await sees(phone, '暂停接新的心愿了')
    await sees(phone, '协调员')
    await fit(phone, 'claim-refused')

    await button(desk, '恢复').click()
    await sees(desk, '又可以接新的心愿')
    await button(phone, '就这么定').click()
    await phone.waitForURL('**/mine/**')
    const fixers = await ask(stage.server, 'claimants?q=%E5%B7%B7%E5%8F%A3', token)
    assert.deepEqual([fixers.items[0].open_claims, fixers.items[0].skills.includes('搬运')], [1, true])
    noTroubles(desk)
  })
})
