// What goes wrong in a day, and that nobody loses by it: what was typed stays, and the sentence says what to do.
import assert from 'node:assert/strict'
import { after, afterEach, before, describe, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { changePassword } from './support/api.mjs'
import { raiseStage } from './support/browser.mjs'
import { button, claim, enter, field, findOnWall, handIn, link, sees, signIn, takeUp, writeDown } from './support/pages.mjs'
import { PASSWORD } from './support/server.mjs'

const told = (title) => ({
  resident: { name: '莫某某', born: '1950-01-09', phone: '07005550133', address: '示例巷二号' },
  wish: { title, category: '添一物', cost: '80', words: '冬天屋里冷，夜里起来要穿鞋。想要一双防滑的棉鞋。' },
})

async function stillHas(page, { resident, wish }) {
  assert.equal(await field(page, '一句话').inputValue(), wish.title)
  assert.equal(await field(page, '公开说明').inputValue(), wish.words)
  assert.equal(await field(page, '姓名').inputValue(), resident.name)
  assert.ok(await page.getByRole('checkbox', { name: '把上面那段话公开' }).isChecked())
}

async function arrivedOnce(stage, page, { wish }) {
  await page.getByRole('navigation', { name: '工作导航' }).getByRole('link', { name: /待发送/ }).filter({ visible: true }).click()
  await sees(page, /^(送到了，等别人审核|都送出去了。)$/)
  const reviewer = await enter(stage, 'reviewer')
  await takeUp(reviewer, '待审核', wish.title)
  assert.equal(await reviewer.getByRole('link', { name: wish.title }).count(), 1)
}

describe('when things go wrong', { timeout: 300_000 }, () => {
  let stage
  before(async () => { stage = await raiseStage('sqlite') })
  afterEach(async (t) => {
    if (!t.passed) await stage.keepPictures(t.name)
    await stage.clear()
  })
  after(() => stage?.end())

  test('the last share goes to the first of two, and the second reads it kindly', async () => {
    const title = '楼道里想有一盏夜里亮的灯'
    const openSheet = async (username) => {
      const page = await enter(stage, username)
      const card = await findOnWall(page, '楼道', title)
      await card.getByRole('link', { name: title, exact: true }).click()
      await claim(page, { send: false })
      return page
    }
    const [first, second] = await Promise.all([openSheet('manager'), openSheet('company')])
    const send = (page) => button(page, '就这么定，我来点亮').click()
    await send(first)
    await sees(first, '火种交给您了')
    await send(second)
    await sees(second, /这一份刚刚有人认领了|这个心愿现在不能认领了/)
    await link(second.getByRole('dialog'), '看看别的心愿').waitFor()
    await second.goto('/mine')
    await sees(second, '想要一台榨汁机')
    assert.equal(await second.getByText(title).count(), 0)
  })

  test('a wrong password is said so, and the right one opens the door', async () => {
    const page = await stage.open()
    await signIn(page, 'collector', 'not-the-password')
    await sees(page, '账号或密码不对。')
    assert.equal(await field(page, '账号').inputValue(), 'collector')
    await field(page, '密码').fill(PASSWORD)
    await button(page, '再试一次').click()
    await page.waitForURL('**/console**')
  })

  test('a session that ends while a wish is written down takes nothing with it', async () => {
    const wish = told('想要一双防滑的棉鞋')
    const page = await enter(stage, 'collector3')
    await writeDown(page, wish)
    const fresh = 'ling-yi-ju-hua-2026'
    await changePassword(stage.server, 'collector3', fresh)
    // What the database says of a session is believed for five seconds.
    await wait(5500)
    await handIn(page)
    await sees(page, /存在这台设备里，登录后就送。/)
    await link(page.getByRole('main'), '去登录').click()
    await page.waitForURL('**/login**')
    await signIn(page, 'collector3', fresh)
    await page.waitForURL('**/collect')
    await arrivedOnce(stage, page, wish)
  })

  test('a server that is away while a wish is written down finds it once, and whole, when it is back', async () => {
    const wish = told('想要一个热水袋过冬')
    const page = await enter(stage, 'collector')
    await writeDown(page, wish)
    await page.waitForFunction(() => sessionStorage.getItem('draft:collect')?.includes('防滑'))
    await page.reload()
    await sees(page, '上次没存的还在，接着写就好。')
    await stillHas(page, wish)
    await stage.server.stop()
    await handIn(page)
    await sees(page, '存下了，有网就送')
    await stage.server.start()
    await page.reload()
    await arrivedOnce(stage, page, wish)
  })
})
