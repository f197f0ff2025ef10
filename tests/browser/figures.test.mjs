// The dashboard: figures with what they mean, down the tree and back, over two periods, and a report that is frozen.
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { after, afterEach, before, describe, test } from 'node:test'
import { drafts } from './support/api.mjs'
import { fit } from './support/axe.mjs'
import { raiseStage } from './support/browser.mjs'
import { button, enter, field, noTroubles, sees } from './support/pages.mjs'
import { settle } from './support/rooms.mjs'

const packages = createRequire(new URL('../../frontend/package.json', import.meta.url))
const { default: readSheets } = packages('read-excel-file/node')
const { default: writeSheet } = packages('write-excel-file/node')

describe('the dashboard', { timeout: 300_000 }, () => {
  let stage
  before(async () => { stage = await raiseStage('sqlite') })
  afterEach(async (t) => {
    if (!t.passed) await stage.keepPictures(t.name)
    await stage.clear()
  })
  after(() => stage?.end())

  test('says what each figure means, leads down the tree, and freezes a month that is over', async () => {
    const desk = await enter(stage, 'admin', { width: 1280 })
    await desk.goto('/console/figures')
    await settle(desk)
    const rate = desk.locator('.figure', { hasText: '点亮率' }).first()
    assert.match(await rate.innerText(), /%/)
    assert.match(await rate.innerText(), /÷/)
    await rate.locator('summary').click()
    await sees(desk, '记下的心愿，减去不予办理和撤回的')
    await fit(desk, 'figures-meaning')
    await rate.locator('summary').click()
    await desk.getByText('看数据表每月进出').click()
    await desk.getByRole('columnheader', { name: '月底未办结' }).waitFor()
    await fit(desk, 'figures')

    // Down the tree, and up again.
    const names = desk.locator('table', { hasText: '下一级，从没记下过的多的在前' }).getByRole('link')
    const below = (await names.first().innerText()).trim()
    await names.first().click()
    await sees(desk, `${below}及所辖`)
    await desk.getByRole('link', { name: '上一级' }).click()
    await desk.getByRole('link', { name: '上一级' }).waitFor({ state: 'detached' })

    // Only what is over can be frozen; the same months again are the next edition.
    await sees(desk, '只能定已经过完的月份。')
    await field(desk, '时段').selectOption('last')
    await settle(desk)
    const freeze = desk.getByRole('button', { name: /^定稿：/ })
    await freeze.click()
    await sees(desk, '第 1 稿')
    await sees(desk, '校验无误')
    await freeze.click()
    await sees(desk, '第 2 稿')
    await sees(desk, '和上一稿相比，没有不同')
    await settle(desk)
    await fit(desk, 'figures-frozen')

    // The county's own table: sent once, one of its names said once, and each report fills it.
    await sees(desk, '还没有模板，上级也没有。')
    const own = await writeSheet([['填报单位：{{填报单位}}'], ['{{记下的心愿}}'], ['{{累计点亮}}']]).toBuffer()
    await field(desk, '模板文件').setInputFiles({ name: '年报.xlsx', mimeType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', buffer: own })
    await button(desk, '传模板').click()
    await sees(desk, '现在用的：年报.xlsx')
    assert.equal(await desk.getByRole('button', { name: '下载报表' }).count(), 0, 'not before each cell has its meaning')
    await field(desk, '累计点亮').selectOption('collected.part.fulfilled')
    await settle(desk)
    await fit(desk, 'figures-template')
    await button(desk, '存下每一格').click()
    await sees(desk, '都认得了，可以填。')
    const taken = desk.waitForEvent('download')
    await button(desk, '下载报表').click()
    const [sheet] = await readSheets(await (await taken).path())
    const [[whose], [collected], [lit]] = sheet.data
    assert.match(whose, /^填报单位：./)
    assert.ok(Number.isInteger(collected) && Number.isInteger(lit) && lit <= collected, `${collected} ${lit}`)
    noTroubles(desk)

    const phone = await enter(stage, 'coordinator', { width: 390 })
    await phone.goto('/console/figures')
    await settle(phone)
    await sees(phone, '还有多少门没敲过')
    assert.equal(await button(phone, '定稿').count(), 0, 'who does not answer for the figures freezes none')

    // What is worth a second look: ten packs whose arrival one person noted at once, and why that may be in order.
    const county = await enter(stage, 'xinhuang', { width: 1280 })
    await county.goto('/console/figures')
    await settle(county)
    await county.getByRole('link', { name: '核实线索' }).click()
    await county.getByText('最近 90 天').click()
    await sees(county, '10 次点头')
    await sees(county, '集中发放、一起走访之后补记')
    await fit(county, 'signals')
    noTroubles(county)
    await fit(phone, 'figures-phone')
    noTroubles(phone)
  })

  test('a wish tells what it cost its staff, where they care to note it', async () => {
    const [{ id }] = await drafts(stage.server, 1, '花了多少时间')
    const phone = await enter(stage, 'collector', { width: 390 })
    await phone.goto(`/console/wishes/${id}`)
    await phone.locator('summary', { hasText: '工作用时' }).click()
    await button(phone, '记下').click()
    await sees(phone, '请写 0 到 960 之间的整数。')
    await field(phone, '花在哪里').selectOption('review')
    await field(phone, '分钟').fill('35')
    await button(phone, '记下').click()
    await sees(phone, '一共 35 分钟')
    await sees(phone, '核实审核 35 分钟')
    await settle(phone)
    await fit(phone, 'effort')
    noTroubles(phone)
    const desk = await enter(stage, 'coordinator', { width: 1280 })
    await desk.goto('/console/figures')
    await desk.locator('.figure', { hasText: '一件心愿的工作用时' }).first().getByText('35 分钟').waitFor({ timeout: 20_000 })
    noTroubles(desk)
  })

  test('follows what happens while somebody looks, and stands where the server is away', async () => {
    const desk = await enter(stage, 'admin', { width: 1280 })
    await desk.goto('/console/figures')
    const follows = () => desk.getByText('随时更新', { exact: true }).waitFor({ timeout: 30_000 })
    await follows()
    const count = desk.locator('.say b').first()
    const before = Number((await count.innerText()).replaceAll(',', ''))
    const counts = (more) => desk.locator('.say b', { hasText: new RegExp(`^${(before + more).toLocaleString('en')}$`) }).first().waitFor({ timeout: 8_000 })
    await desk.evaluate(() => { window.sameDocument = true })

    await drafts(stage.server, 1, '别处记下')
    await counts(1)

    // Nobody looks: the line is closed. What happened meanwhile is told when they are back.
    const look = (state) => desk.evaluate((now) => {
      Object.defineProperty(document, 'visibilityState', { value: now, configurable: true })
      document.dispatchEvent(new Event('visibilitychange'))
    }, state)
    const closed = desk.waitForEvent('requestfailed', (request) => request.url().includes('/api/v1/events'))
    await look('hidden')
    await closed
    await drafts(stage.server, 2, '没人看时')
    const opened = desk.waitForRequest((request) => request.url().includes('/api/v1/events'))
    await look('visible')
    assert.ok((await opened).headers()['last-event-id'], 'it goes on where it was, and does not read all anew')
    await counts(3)
    noTroubles(desk)

    await stage.server.stop()
    await sees(desk, /没有随时更新，自 .+ 起每分钟取一次/)
    await counts(3)
    await fit(desk, 'figures-away')
    await stage.server.start()
    await follows()
    await drafts(stage.server, 1, '回来以后')
    await counts(4)
    assert.ok(await desk.evaluate(() => window.sameDocument), 'nothing was loaded anew')
  })
})
