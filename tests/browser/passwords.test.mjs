// A password that somebody else set opens one door: the one behind which it is changed.
import assert from 'node:assert/strict'
import { after, afterEach, before, describe, test } from 'node:test'
import { ask, tokenOf } from './support/api.mjs'
import { brokenRules } from './support/axe.mjs'
import { raiseStage } from './support/browser.mjs'
import { button, enter, field, noTroubles, sees, signIn } from './support/pages.mjs'

const OWN = '两盏灯亮在他的窗前'

describe('a password that somebody else set', { timeout: 300_000 }, () => {
  let stage
  before(async () => {
    stage = await raiseStage('sqlite')
  })
  afterEach(async (t) => {
    if (!t.passed) await stage.keepPictures(t.name)
    await stage.clear()
  })
  after(() => stage?.end())

  test('is reset, read out, changed at once, and shows where one is signed in', async () => {
    const token = await tokenOf(stage.server, 'admin')
    const { memberships } = await ask(stage.server, 'me', token)
    const at = memberships[0].organisation.id
    const member = { username: 'newcomer', display_name: '新来的小李', password: '先用这一句进门来', role: 'collector' }
    await ask(stage.server, `organisations/${at}/members`, token, member)

    const admin = await enter(stage, 'admin')
    await admin.goto(`/console/organisations/${at}`)
    await admin.getByRole('tab', { name: '人员' }).or(admin.getByRole('tab', { name: '成员' })).first().click()
    await button(admin, '重设密码 新来的小李').click()
    await admin.getByRole('dialog').getByRole('button', { name: '重设密码' }).click()
    const shown = admin.getByRole('dialog').locator('.well')
    await shown.waitFor()
    const given = await shown.textContent()
    assert.match(given, /^[a-z2-7]{4}(-[a-z2-7]{4}){3}$/)
    assert.deepEqual(await brokenRules(admin), [])
    await button(admin, '告诉本人了').click()
    noTroubles(admin)

    const page = await stage.open({ width: 390 })
    await signIn(page, 'newcomer', given)
    await sees(page, /您现在的密码是别人设的/)
    assert.deepEqual(await brokenRules(page), [])
    // No other room opens.
    await page.goto('/console')
    await page.waitForURL('**/account/password')
    await field(page, '现在的密码').fill(given)
    await field(page, '新密码').fill(OWN)
    await field(page, '新密码再写一遍').fill(OWN)
    await button(page, '改好').click()
    await sees(page, '密码改好了')

    // Somewhere else too; that is seen, and ended.
    const other = await stage.open()
    await signIn(other, 'newcomer', OWN)
    await other.waitForURL('**/console**')
    await page.goto('/account')
    await sees(page, '就是这里')
    await button(page, '除了这里，全部结束').click()
    await sees(page, '结束了，几秒内生效')
    await page.getByRole('button', { name: '除了这里，全部结束' }).waitFor({ state: 'detached' })
    assert.deepEqual(await brokenRules(page), [])
    noTroubles(page)
  })
})
