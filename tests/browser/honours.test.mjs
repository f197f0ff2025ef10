// A certificate from the word of others to paper and back: issued at the desk, named by its holder, checked by anybody, revoked;
// and a duty whose days count by themselves.
import assert from 'node:assert/strict'
import { after, afterEach, before, describe, test } from 'node:test'
import { ask, tokenOf } from './support/api.mjs'
import { fit } from './support/axe.mjs'
import { raiseStage } from './support/browser.mjs'
import { button, enter, field, noTroubles, sees } from './support/pages.mjs'
import { settle } from './support/rooms.mjs'

describe('honours', { timeout: 300_000 }, () => {
  let stage
  before(async () => { stage = await raiseStage('sqlite') })
  afterEach(async (t) => {
    if (!t.passed) await stage.keepPictures(t.name)
    await stage.clear()
  })
  after(() => stage?.end())

  test('are issued, named, printed, checked and revoked', async () => {
    const desk = await enter(stage, 'coordinator', { width: 1280 })
    await desk.goto('/console/honours')
    await settle(desk)
    await sees(desk, '评优名单')
    await button(desk, '给区机关党支部开证书').click()
    await sees(desk, '证书开好了')
    noTroubles(desk)
    await button(desk, '给区机关党支部开证书').click()
    await sees(desk, '同样的证书已经开过')
    await fit(desk, 'honours')
    const download = desk.waitForEvent('download')
    await button(desk, '导出表格').click()
    assert.match((await download).suggestedFilename(), /^commendations-.*\.csv$/)

    const phone = await enter(stage, 'manager', { width: 390 })
    const { claimants } = await ask(stage.server, 'me', await tokenOf(stage.server, 'manager'))
    await phone.goto(`/account/claimants/${claimants[0].id}`)
    await settle(phone)
    await phone.getByRole('link', { name: /^看证书/ }).first().click()
    await phone.getByRole('img', { name: '核对网页的二维码' }).waitFor()
    await sees(phone, '区机关党支部')
    await fit(phone, 'certificate-sheet')
    const code = await phone.locator('.code').innerText()
    await phone.goBack()
    await settle(phone)
    await phone.getByLabel('核对时显示名称').first().uncheck()
    await sees(phone, '存好了')
    await fit(phone, 'certificates-own')

    const guest = await stage.open({ width: 390 })
    await guest.goto('/certificates')
    await settle(guest)
    await field(guest, '编号').fill(code.toLowerCase().replaceAll('-', ' '))
    await button(guest, '核对').click()
    await sees(guest, '是真的，现在有效。')
    await sees(guest, '一个单位（未公开名称）')
    await fit(guest, 'certificate')
    await field(guest, '编号').fill(`${code.slice(0, -1)}${code.endsWith('0') ? '1' : '0'}`)
    noTroubles(guest)
    await button(guest, '核对').click()
    await sees(guest, '编号抄错了')

    await desk.reload()
    await settle(desk)
    await button(desk, '撤销区机关党支部的证书').first().click()
    const dialog = desk.getByRole('dialog')
    await dialog.getByLabel('原因').selectOption('in_doubt')
    await fit(desk, 'certificate-revoke')
    await dialog.getByRole('button', { name: '撤销', exact: true }).click()
    await sees(desk, '撤销了')
    await guest.goto(`/certificates/${code}`)
    await sees(guest, '已经撤销，不再有效')
    await fit(guest, 'certificate-revoked')
  })

  test('show no leaderboard until an administrator shows it', async () => {
    const admin = await enter(stage, 'admin', { width: 1280 })
    await admin.goto('/console/honours')
    await settle(admin)
    noTroubles(admin)
    await button(admin, '看单位榜').click()
    await sees(admin, '现在关着，谁也看不到。')
    await button(admin, '打开单位榜').click()
    await admin.getByRole('list', { name: '近十二个月经别人确认的成果' }).waitFor()
    await fit(admin, 'leaderboard')
  })
})
