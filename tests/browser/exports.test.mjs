// A list for the bureau: taken out as it was filtered; and one with names, which somebody else has to agree to.
import { readFileSync } from 'node:fs'
import { after, afterEach, before, describe, test } from 'node:test'
import assert from 'node:assert/strict'
import { fit } from './support/axe.mjs'
import { raiseStage } from './support/browser.mjs'
import { button, enter, field, noTroubles, sees } from './support/pages.mjs'
import { settle } from './support/rooms.mjs'

describe('an export', { timeout: 300_000 }, () => {
  let stage
  before(async () => { stage = await raiseStage('sqlite') })
  afterEach(async (t) => {
    if (!t.passed) await stage.keepPictures(t.name)
    await stage.clear()
  })
  after(() => stage?.end())

  /** What the page hands to the reader's downloads, by its first two bytes. */
  async function taken(desk) {
    const saved = desk.waitForEvent('download')
    await button(desk, '下载文件').click()
    return readFileSync(await (await saved).path()).subarray(0, 2).toString()
  }

  for (const width of [1280, 390]) {
    test(`leaves as it was filtered at ${width}`, async () => {
      const desk = await enter(stage, 'coordinator', { width })
      await desk.goto('/console/dispatch')
      await settle(desk)
      await desk.getByRole('link', { name: '导出这个清单' }).click()
      await field(desk, '状态').waitFor()
      await settle(desk)
      assert.equal(await field(desk, '状态').inputValue(), 'open')
      await fit(desk, `exports-${width}`)
      await button(desk, '导出').click()
      await desk.getByRole('heading', { level: 1, name: '微心愿台账' }).waitFor()
      await sees(desk, '文件好了，只有申请人能下载。')
      await sees(desk, '状态：待认领')
      assert.equal(await taken(desk), 'PK')
      await sees(desk, '文件在下载文件夹里')
      await fit(desk, `export-ready-${width}`)
      noTroubles(desk)
    })
  }

  test('with names waits for somebody else, and tells its password once', async () => {
    const desk = await enter(stage, 'coordinator', { width: 390 })
    await desk.goto('/console/residents')
    await settle(desk)
    await desk.getByRole('link', { name: '导出这个清单' }).click()
    await field(desk, '用途').waitFor()
    await button(desk, '申请导出').click()
    await sees(desk, '请写清用途，至少 5 个字。')
    await fit(desk, 'export-personal')
    await field(desk, '用途').fill('送县民政局核对低保名单')
    await button(desk, '申请导出').click()
    await sees(desk, '等另一位协调员或管理员批准。')
    await fit(desk, 'export-pending')
    const path = new URL(desk.url()).pathname

    const chief = await enter(stage, 'admin', { width: 1280 })
    await chief.goto('/account/tasks')
    await settle(chief)
    await chief.getByRole('link', { name: '一份带姓名的导出' }).first().click()
    await sees(chief, '送县民政局核对低保名单')
    await button(chief, '不批准').click()
    await fit(chief, 'export-decline')
    await chief.keyboard.press('Escape')
    await fit(chief, 'export-answer')
    await chief.getByRole('button', { name: '批准', exact: true }).click()
    await sees(chief, '文件好了，只有申请人能下载。')
    noTroubles(chief)

    await desk.goto(path)
    await settle(desk)
    await sees(desk, '文件好了，只有申请人能下载。')
    assert.equal(await taken(desk), 'PK')
    await button(desk, '显示密码').click()
    await sees(desk, '密码只显示这一次')
    assert.match(await desk.locator('.password').innerText(), /^([A-Z2-9]{4}-){4}[A-Z2-9]{4}$/)
    await fit(desk, 'export-password')
    await desk.reload()
    await settle(desk)
    await button(desk, '下载文件').waitFor()
    assert.equal(await desk.locator('.password').count() + (await button(desk, '显示密码').count()), 0)
    noTroubles(desk)
  })
})
