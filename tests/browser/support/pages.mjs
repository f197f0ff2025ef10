// What people do, in the words of the page: found by the role and the name that a screen reader would say.
import assert from 'node:assert/strict'
import { PASSWORD } from './server.mjs'

export const button = (page, name) => page.getByRole('button', { name }).first()
export const link = (page, name) => page.getByRole('link', { name }).first()
export const field = (page, name) => page.getByLabel(name, { exact: true })
export const choose = (page, name) => page.getByRole('radio', { name, exact: true }).check()

/** Waits until the page says it. */
export const sees = (page, text) => page.getByText(text).filter({ visible: true }).first().waitFor()

export async function signIn(page, username, password = PASSWORD) {
  if (!new URL(page.url(), 'http://nowhere').pathname.startsWith('/login')) await page.goto('/login')
  await field(page, '账号').fill(username)
  await field(page, '密码').fill(password)
  await button(page, '登录').click()
}

/** Somebody of the demo, in a window of their own, at their first room. */
export async function enter(stage, username, options) {
  const page = await stage.open(options)
  await signIn(page, username)
  await page.waitForURL((url) => !url.pathname.startsWith('/login'))
  return page
}

/** Looks for it on the wall; resolves to its card. */
export async function findOnWall(page, words, title) {
  await page.goto('/')
  await field(page, '搜心愿').fill(words)
  await page.waitForURL((url) => url.searchParams.get('q') === words)
  const card = page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: title }) })
  await card.waitFor()
  return card
}

/** Opens one job of a queue on the worker's desk. */
export async function takeUp(page, queue, title) {
  await page.goto('/console')
  await page.getByRole('navigation', { name: '今天的事' }).getByRole('link', { name: queue }).click()
  await page.getByRole('link', { name: title }).click()
  await page.getByRole('heading', { name: title }).waitFor()
}

/** Writes down a wish of somebody who is new here. */
export async function writeDown(page, { resident, wish }) {
  await page.goto('/collect')
  await choose(page, '第一次记')
  await field(page, '姓名').fill(resident.name)
  await field(page, '出生日期（未满 18 岁必须填）').fill(resident.born)
  await field(page, '电话（可不填）').fill(resident.phone)
  await field(page, '住址（可不填）').fill(resident.address)
  await choose(page, wish.heard ?? '入户走访')
  await page.getByLabel('一句话', { exact: true }).fill(wish.title)
  await choose(page, wish.category)
  await field(page, '大约多少钱（元）').fill(wish.cost)
  await field(page, '公开说明').fill(wish.words)
  for (const yes of ['记下来，帮着找人', '把上面那段话公开', '认领的人可以知道电话和住址']) await page.getByRole('checkbox', { name: yes }).check()
}

/** The button says whether there is a network. */
export const handIn = (page) => button(page, /^存下，(交去审核|有网就送)$/).click()

/** Writes it down and hands it in. */
export async function collect(page, told) {
  await writeDown(page, told)
  await handIn(page)
  await sees(page, '交上去了，等别人审核')
}

/** Three times yes, and up on the wall. */
export async function publish(page, title, circle) {
  await takeUp(page, '待审核', title)
  for (const ask of ['急需吗', '办得到吗', '实在吗']) await page.getByRole('group', { name: ask }).getByRole('radio', { name: /^是/ }).check()
  if (circle) await field(page, '先让谁看见、能认领').selectOption({ label: circle })
  await button(page, '通过，挂上墙').click()
  await sees(page, '挂上墙了')
}

/** From the page of a wish to the page of the claim, or to where only the last press is missing. */
export async function claim(page, { send = true } = {}) {
  await page.waitForURL('**/wishes/*')
  await page.getByRole('link', { name: '我来点亮', exact: true }).filter({ visible: true }).first().click()
  await page.getByRole('checkbox', { name: '我会先听本人的意思' }).check()
  if (send) await button(page, '就这么定，我来点亮').click()
}

export async function deliver(page, items, note) {
  for (const [i, [name, quantity, value]] of items.entries()) {
    if (i > 0) await button(page, '再加一样').click()
    await field(page, `名称 ${i + 1}`).fill(name)
    await field(page, `数量 ${i + 1}`).fill(quantity)
    await field(page, `价值 ${i + 1}（元，可不填）`).fill(value)
  }
  await field(page, '一共用了几小时（可不填）').fill('1')
  await field(page, '还想说的（可不填）').fill(note)
  await page.getByRole('button', { name: '送到了', exact: true }).click()
  await sees(page, '就等本人点头了。')
}

/** The resident said on the telephone that it came. */
export async function confirmByCall(page, title) {
  await takeUp(page, '待确认', title)
  await choose(page, '电话回访')
  await button(page, '收到了，点亮').click()
}

export const noTroubles = (page, about) => assert.deepEqual(page.troubles, [], about)
