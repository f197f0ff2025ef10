// What is taken away on paper or as a file: a poster for the notice board, cards for residents without a phone, a claimant's
// round of a day, and a chart with its table. Printed as it is printed: the paper's size, its pages, and nobody's name.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { after, afterEach, before, describe, test } from 'node:test'
import { ask, tokenOf } from './support/api.mjs'
import { fit } from './support/axe.mjs'
import { raiseStage } from './support/browser.mjs'
import { button, choose, enter, field, noTroubles, sees } from './support/pages.mjs'
import { settle } from './support/rooms.mjs'

const { default: readSheets } = createRequire(new URL('../../frontend/package.json', import.meta.url))('read-excel-file/node')

/** The sheets that come out of the printer, in points: 595 × 842 is A4, 842 × 1191 is A3. */
async function sheets(page, name) {
  const path = process.env.KEEP_LOOKS && `${process.env.KEEP_LOOKS}/${name}.pdf`
  const pdf = (await page.pdf({ preferCSSPageSize: true, ...(path && { path }) })).toString('latin1')
  return [...pdf.matchAll(/\/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)\s*\]/g)].map(([, wide, high]) => `${Math.round(wide)} × ${Math.round(high)}`)
}

/** What stands on the paper; nothing that is only for the screen. */
async function onPaper(page, name, sheet = '.sheet-paper') {
  await page.emulateMedia({ media: 'print' })
  const text = await page.locator('body').innerText()
  const [ink, paper] = await page.locator(sheet).evaluate((one) => [getComputedStyle(one.querySelector('h1, h2')).color, getComputedStyle(one).backgroundColor])
  assert.deepEqual([ink, paper], ['rgb(0, 0, 0)', 'rgb(255, 255, 255)'], `${name} is black on white`)
  if (process.env.KEEP_LOOKS) await page.screenshot({ path: `${process.env.KEEP_LOOKS}/${name}-print.png`, fullPage: true })
  await page.emulateMedia({ media: null })
  return text
}

describe('on paper', { timeout: 300_000 }, () => {
  let stage
  before(async () => { stage = await raiseStage('sqlite') })
  afterEach(async (t) => {
    if (!t.passed) await stage.keepPictures(t.name)
    await stage.clear()
  })
  after(() => stage?.end())

  test('the wall becomes a poster that says how to claim without a smartphone', async () => {
    const page = await stage.open({ width: 390, mode: 'dark' })
    const { code } = (await ask(stage.server, 'categories')).items.find(({ open }) => open > 0)
    await page.goto(`/?category=${code}`)
    await settle(page)
    await page.getByRole('link', { name: '打印海报' }).click()
    await page.waitForURL(`**/print/wishes?category=${code}`)
    await settle(page)
    const { items } = await ask(stage.server, `wishes?status=open&category=${code}&limit=6`)
    assert.ok(items.length > 0)
    const wishes = page.locator('.wishes li')
    assert.equal(await wishes.count(), items.length)
    await page.getByRole('img', { name: `“${items[0].title}”的二维码` }).first().waitFor()
    await field(page, '海报上的标题').fill('新井社区的微心愿')
    await field(page, '不用手机的人找谁、打哪个电话').fill('服务台 0700-1212345')
    await fit(page, 'print-poster')
    const text = await onPaper(page, 'print-poster')
    assert.match(text, /新井社区的微心愿/)
    assert.match(text, /不用手机：服务台 0700-1212345/)
    assert.match(text, /编号 \d{4} \d{4}/)
    assert.doesNotMatch(text, /印几个心愿|返回/)
    assert.deepEqual(new Set(await sheets(page, 'print-poster-a4')), new Set(['595 × 842']))
    await choose(page, 'A3')
    assert.deepEqual(await sheets(page, 'print-poster-a3'), ['842 × 1191'])
    noTroubles(page)

    const campaign = (await ask(stage.server, 'campaigns/public')).items[0]
    await page.goto(`/campaigns/${campaign.id}/poster`)
    await settle(page)
    await onPaper(page, 'campaign-poster', '.poster')
    await page.goto(`/campaigns/${campaign.id}`)
    await settle(page)
    await page.getByRole('link', { name: '打印在等的心愿' }).click()
    await page.getByRole('heading', { level: 1, name: campaign.title }).waitFor()
    await settle(page)
    assert.equal(await wishes.count(), Math.min(6, campaign.progress.open))
    await page.goto('/print/wishes?q=%E6%B2%A1%E6%9C%89%E8%BF%99%E4%B8%80%E4%B8%AA')
    await sees(page, '现在没有在等的心愿')
    noTroubles(page)
  })

  test('a claimant takes a list of the day along, on which nobody is named', async () => {
    const page = await enter(stage, 'manager', { width: 390 })
    const token = await tokenOf(stage.server, 'manager')
    const hers = (await ask(stage.server, 'claims?mine=true&limit=100', token)).items.filter(({ status }) => status === 'active')
    assert.ok(hers.length > 0)
    const { name, address } = await ask(stage.server, `claims/${hers[0].id}/delivery-details`, token, { purpose: 'contact' })
    await page.goto('/mine')
    await settle(page)
    await page.getByRole('link', { name: '打印送达清单' }).click()
    await page.getByRole('heading', { level: 1, name: /^送达清单/ }).waitFor()
    await settle(page)
    const stops = page.locator('.sheet-paper li')
    assert.equal(await stops.count(), hers.length)
    const { place } = await ask(stage.server, `wishes/${hers[0].wish_id}`, token)
    await page.getByRole('heading', { level: 2, name: place ?? '地方没有公开' }).waitFor()
    await fit(page, 'print-round')
    const text = await onPaper(page, 'print-round')
    assert.match(text, /编号 \d{4} \d{4}/)
    for (const secret of [name, address].filter(Boolean)) assert.ok(!text.includes(secret), 'whom it is for is seen at the door')
    assert.deepEqual(new Set(await sheets(page, 'print-round')), new Set(['595 × 842']))
    await field(page, '哪天去送').fill('2020-01-01')
    await page.getByRole('checkbox', { name: '只印到那天该送到的' }).check()
    await sees(page, '到那天没有该送到的。')
    noTroubles(page)
  })

  test('cards for many wishes go on few sheets, and a code just issued is printed once', async () => {
    const desk = await enter(stage, 'coordinator', { width: 1280 })
    await desk.goto('/console')
    await settle(desk)
    await desk.getByRole('link', { name: '印一批心愿卡' }).click()
    await desk.getByRole('heading', { level: 1, name: '心愿卡' }).waitFor()
    await settle(desk)
    await button(desk, '全选').click()
    const cards = desk.locator('.paper-card')
    const many = await cards.count()
    assert.ok(many > 4, `${many} cards`)
    await fit(desk, 'print-cards')
    assert.equal((await sheets(desk, 'print-cards-two')).length, Math.ceil(many / 2))
    await choose(desk, '4 张')
    assert.equal((await sheets(desk, 'print-cards-four')).length, Math.ceil(many / 4))
    await desk.emulateMedia({ media: 'print' })
    const cut = await cards.evaluateAll((all) => all.filter((one) => one.scrollHeight > one.clientHeight + 1).length)
    await desk.emulateMedia({ media: null })
    assert.equal(cut, 0, 'nothing of a card is cut off')
    await button(desk, '全不选').click()
    await sees(desk, '先在上面选一个心愿。')
    noTroubles(desk)

    const { items } = await ask(stage.server, 'wishes?status=open,claimed', await tokenOf(stage.server, 'coordinator'))
    await desk.goto(`/console/wishes/${items.find(({ view }) => view === 'worker').id}/card`)
    await button(desk, '发一张').click()
    const code = (await desk.locator('.code').innerText()).replace(/\D/g, '')
    assert.match(code, /^\d{6}$/)
    await button(desk, '印在心愿卡上').click()
    await desk.getByRole('img', { name: `号码 ${code}` }).waitFor()
    await fit(desk, 'print-card')
    assert.match(await onPaper(desk, 'print-card'), new RegExp([...code].join('\\s*')))
    await desk.reload()
    await desk.getByRole('img', { name: '六个空格' }).waitFor()
    noTroubles(desk)
  })

  test('a chart is taken along as a picture of its own, and its table to a spreadsheet or as a file', async () => {
    const desk = await enter(stage, 'coordinator', { width: 1280 })
    await desk.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await desk.goto('/console/figures')
    await settle(desk)
    await desk.evaluate(() => document.documentElement.classList.add('dark'))
    for (const title of ['每月进出', '还有多少门没敲过', '记下的心愿']) {
      const taken = desk.waitForEvent('download')
      await desk.getByRole('button', { name: `存成图片 · ${title}` }).first().click()
      const file = await readFile(await (await taken).path())
      assert.equal(file.subarray(1, 4).toString(), 'PNG')
      assert.equal(file.readUInt32BE(16), 1800, 'twice as wide as it is drawn')
      if (process.env.KEEP_LOOKS) await (await taken).saveAs(`${process.env.KEEP_LOOKS}/chart-${title}.png`)
    }
    await desk.getByRole('button', { name: '复制表格 · 每月进出' }).click()
    await sees(desk, '复制好了')
    const rows = (await desk.evaluate(() => navigator.clipboard.readText())).split('\n').map((row) => row.split('\t'))
    assert.deepEqual(rows[0], ['月份', '记下', '点亮', '办结', '月底未办结'])
    assert.match(rows[1][0], /^\d{4}-\d{2}$/)
    assert.ok(rows.every((row) => row.length === 5))

    const tables = async (name) => {
      const taken = desk.waitForEvent('download')
      await button(desk, name).click()
      const file = await taken
      assert.match(file.suggestedFilename(), /\d{4}-01—\d{4}-\d{2}\.xlsx$/)
      if (process.env.KEEP_LOOKS) await file.saveAs(`${process.env.KEEP_LOOKS}/${file.suggestedFilename()}`)
      return readSheets(await file.path())
    }
    const [{ sheet, data }, ...others] = await tables('存成表格 · 每月进出')
    assert.deepEqual([sheet, others.length, data[0][0], data[1][0].slice(-4)], ['每月进出', 0, '每月进出', '单位：件'])
    assert.match(data[2][0], /范围：\d{4}-01 至 \d{4}-\d{2}，数到 .+填表人：.+制表时间：/)
    assert.deepEqual(data.slice(3, 3 + rows.length).map((row) => row.map(String)), rows, 'the table that the page shows')
    assert.equal(typeof data[4][1], 'number')
    assert.match(data[3 + rows.length][0], /^口径：每月进出（flow，第 \d+ 版）$/)
    const all = await tables('全部存成表格')
    assert.deepEqual(all.map((one) => one.sheet).slice(0, 3), ['主要的数', '每月进出', '记下的心愿'])
    const worth = all[0].data.find(([name]) => name === '送达物资价值')
    assert.deepEqual([typeof worth[1], worth[2], worth[9]], ['number', '元', 'worth'])
    noTroubles(desk)
  })
})
