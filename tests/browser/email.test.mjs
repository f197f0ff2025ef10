// Notices by e-mail: an address is proved by the code that was sent to it, and taken away; what is refused, an administrator sees.
import assert from 'node:assert/strict'
import { after, afterEach, before, describe, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { ask, tokenOf } from './support/api.mjs'
import { brokenRules } from './support/axe.mjs'
import { raiseStage } from './support/browser.mjs'
import { button, enter, field, noTroubles, sees } from './support/pages.mjs'
import { startPost } from './support/post.mjs'
import { PASSWORD } from './support/server.mjs'

const ADDRESS = 'reviewer@mail.example.org'
const NOBODY = 'nobody@mail.example.org'

async function askFor(page, address) {
  await field(page, '电子邮箱').fill(address)
  await field(page, '现在的密码').fill(PASSWORD)
  await button(page, '发验证码').click()
}

describe('notices by e-mail', { timeout: 300_000 }, () => {
  let post
  let stage
  before(async () => {
    post = await startPost()
    stage = await raiseStage('sqlite', post.settings)
  })
  afterEach(async (t) => {
    if (!t.passed) await stage.keepPictures(t.name)
    await stage.clear()
  })
  after(async () => {
    await stage?.end()
    post?.end()
  })

  test('go to an address that was proved, until it is taken away', async () => {
    const page = await enter(stage, 'reviewer', { width: 390 })
    await page.goto('/account')
    await button(page, '发验证码').click()
    await sees(page, '写上完整的邮箱，像 name@example.org')
    await field(page, '电子邮箱').fill(ADDRESS)
    await field(page, '现在的密码').fill('不是这一句')
    await button(page, '发验证码').click()
    await sees(page, '不对，请再看一眼。')
    await askFor(page, ADDRESS)
    await sees(page, new RegExp(`验证码发到 ${ADDRESS}`))
    assert.deepEqual(await brokenRules(page), [])

    const code = /^\s+(\d{6})\s*$/m.exec(await post.letter())?.[1] ?? ''
    await field(page, '信里的六位数字').fill(String((Number(code) + 1) % 1_000_000).padStart(6, '0'))
    await button(page, '确认').click()
    await sees(page, '不对，请再看一眼信里的六位数字。')
    await field(page, '信里的六位数字').fill(`${code.slice(0, 3)} ${code.slice(3)}`)
    await button(page, '确认').click()
    await sees(page, '好了，下一个工作日起写信给您')
    await sees(page, ADDRESS)
    assert.deepEqual(await brokenRules(page), [])
    await button(page, '移除，不再收').click()
    await sees(page, '移除了，不再给您写信')
    await field(page, '电子邮箱').waitFor()
    noTroubles({ troubles: page.troubles.filter((one) => !one.includes('422')) })
  })

  test('that are refused stand where an administrator sees them', async () => {
    post.forget(NOBODY)
    const collector = await enter(stage, 'collector', { width: 390 })
    await collector.goto('/account')
    await askFor(collector, NOBODY)
    await sees(collector, new RegExp(`验证码发到 ${NOBODY}`))
    const admin = await tokenOf(stage.server, 'admin')
    const aside = async () => (await ask(stage.server, 'mails?laid_aside=true', admin)).items.length
    for (let tries = 0; tries < 100 && (await aside()) === 0; tries += 1) await wait(200)

    const page = await enter(stage, 'admin', { width: 390 })
    await page.goto('/console/jobs')
    await sees(page, '没有发出去的邮件')
    await sees(page, /邮件服务器拒收，多半是邮箱不对 · 邮件服务器答 550/)
    assert.deepEqual(await brokenRules(page), [])
    assert.ok(!(await page.content()).includes(NOBODY), 'where it was to go is not told')
    await button(page, '再试一次').click()
    await sees(page, '放回去了，几秒后再试')
    noTroubles(page)
  })
})
