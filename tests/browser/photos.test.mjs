// Photos of what was brought: taken on a telephone, seen by those who answer for the wish, and by nobody else.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { after, afterEach, before, describe, test } from 'node:test'
import { raiseStage } from './support/browser.mjs'
import { button, claim, deliver, enter, findOnWall, handIn, noTroubles, publish, sees, takeUp, writeDown } from './support/pages.mjs'

const axe = await readFile(createRequire(new URL('../../frontend/package.json', import.meta.url)).resolve('axe-core/axe.min.js'), 'utf8')

/** As large as a telephone's, drawn in the page itself. */
const snapshot = async (page, colour) => {
  const base64 = await page.evaluate(async (fill) => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 3200, height: 2400 })
    const paper = canvas.getContext('2d')
    paper.fillStyle = fill
    paper.fillRect(0, 0, 3200, 2400)
    return canvas.toDataURL('image/jpeg').split(',')[1]
  }, colour)
  return { name: `${colour}.jpg`, mimeType: 'image/jpeg', buffer: Buffer.from(base64, 'base64') }
}

const pictures = (page) => page.locator('.photos img')
/** Each is there, and really drawn. */
const drawn = (page, count) => page.waitForFunction((wanted) => {
  const all = [...document.querySelectorAll('.photos img')]
  return all.length === wanted && all.every((one) => one.complete && one.naturalWidth > 0 && one.src.startsWith('blob:'))
}, count)

/** Nothing for axe to object to and nothing that runs off, with large text and in the dark too. */
async function isFit(page) {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe)
  for (const mode of ['', 'elder', 'dark']) {
    await page.evaluate((name) => (document.documentElement.className = name), mode)
    const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'], runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'] }))
    assert.deepEqual(violations.map(({ id, nodes }) => `${id} ${nodes[0].target.join(' ')}`), [], mode)
    assert.ok(await page.evaluate(() => document.scrollingElement.scrollWidth <= document.scrollingElement.clientWidth), `runs off: ${mode}`)
  }
  await page.evaluate(() => (document.documentElement.className = ''))
}

const WISH = { heard: '屋场会、坝坝会', category: '添一物', cost: '120' }

for (const database of ['sqlite', 'postgres']) {
  describe(`photos on ${database}`, { timeout: 300_000 }, () => {
    let stage
    before(async () => { stage = await raiseStage(database) })
    afterEach(async (t) => {
      if (!t.passed) await stage.keepPictures(t.name)
      await stage.clear()
    })
    after(() => stage?.end())

    test('what was brought is photographed, sent from a phone, looked at before the lamp is lit, and each look is told', async () => {
      const title = '想换一盏亮一点的台灯'
      const gridWorker = await enter(stage, 'collector2')
      await writeDown(gridWorker, {
        resident: { name: '莫某某', born: '1950-05-06', phone: '07005550177', address: '示例路九号' },
        wish: { ...WISH, title, words: '一位老人晚上看报，灯太暗，想换一盏亮一点的。' },
      })
      await gridWorker.getByRole('checkbox', { name: '可以拍东西的照片' }).check()
      await handIn(gridWorker)
      await sees(gridWorker, '交上去了，等别人审核')
      await publish(await enter(stage, 'reviewer'), title, '七星区及以下')

      const branch = await enter(stage, 'manager', { width: 390, height: 844 })
      await findOnWall(branch, '台灯', title).then((found) => found.getByRole('link', { name: title, exact: true }).click())
      await claim(branch)
      await sees(branch, '火种交给您了')
      await button(branch, '联系过了').click()
      await sees(branch, '记下了。按说好的日子送过去就好。')

      const choose = branch.locator('input[type=file]')
      const sent = []
      branch.on('request', (request) => request.method() === 'POST' && request.url().endsWith('/attachments') && sent.push(request))
      await choose.setInputFiles([await snapshot(branch, 'teal'), await snapshot(branch, 'orange'), await snapshot(branch, 'navy')])
      await drawn(branch, 3)
      for (const request of sent) assert.ok((request.postDataBuffer()?.length ?? 0) < 400_000, 'made smaller before it is sent')
      await choose.setInputFiles([{ name: '说明.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7') }])
      await sees(branch, '这不是照片，请选 JPEG、PNG 或 WebP。')
      await isFit(branch)
      await button(branch, '不要这张').click()
      await button(branch, '删去第 3 张').click()
      await sees(branch, '删掉了')
      await drawn(branch, 2)
      await deliver(branch, [['台灯', '1', '98']], '装好了，亮堂。')
      await drawn(branch, 2)

      await takeUp(gridWorker, '待确认', title)
      assert.equal(await pictures(gridWorker).count(), 0, 'nothing is shown before somebody asks')
      await button(gridWorker, '看照片（2 张）').click()
      await drawn(gridWorker, 2)
      await button(gridWorker, '放大看第 1 张').click()
      const large = gridWorker.getByRole('dialog').getByRole('img')
      await large.waitFor()
      assert.equal(await large.evaluate((one) => one.naturalWidth), 1600)
      await gridWorker.keyboard.press('Escape')
      await gridWorker.setViewportSize({ width: 390, height: 844 })
      await isFit(gridWorker)
      await gridWorker.setViewportSize({ width: 1280, height: 900 })
      await button(gridWorker, '收到了，点亮').click()
      await sees(gridWorker, '这扇窗亮了。')
      await button(gridWorker, '没问到').click()
      await gridWorker.getByRole('searchbox', { name: '找心愿' }).fill('台灯')
      await gridWorker.keyboard.press('Enter')
      await gridWorker.getByRole('heading', { name: title }).waitFor()
      await sees(gridWorker, '送达的照片')
      await sees(gridWorker, '加了照片')
      await sees(gridWorker, '删去了照片')

      const anyone = await stage.open()
      await findOnWall(anyone, '台灯', title).then((found) => found.getByRole('link', { name: title, exact: true }).click())
      await sees(anyone, title)
      assert.equal(await anyone.locator('img').count(), 0, 'the wall shows no photo')
      for (const page of [gridWorker, branch, anyone]) noTroubles(page)
    })

    test('without the consent no photo is taken in, and the page says so', async () => {
      const title = '想换一个不漏的水壶'
      const gridWorker = await enter(stage, 'collector2')
      await writeDown(gridWorker, {
        resident: { name: '秦某某', born: '1949-01-02', phone: '07005550166', address: '示例路十号' },
        wish: { ...WISH, title, words: '一位老人烧水的壶漏了，想换一个。' },
      })
      await handIn(gridWorker)
      await sees(gridWorker, '交上去了，等别人审核')
      await publish(await enter(stage, 'reviewer'), title, '七星区及以下')
      const branch = await enter(stage, 'manager', { width: 390, height: 844 })
      await findOnWall(branch, '水壶', title).then((found) => found.getByRole('link', { name: title, exact: true }).click())
      await claim(branch)
      await button(branch, '联系过了').click()
      await branch.locator('input[type=file]').setInputFiles([await snapshot(branch, 'teal')])
      await sees(branch, '本人没有同意拍照。这次不用照片，写几句就好。')
      assert.equal(await pictures(branch).count(), 0)
      await button(branch, '不要这张').click()
      await deliver(branch, [['水壶', '1', '60']], '送到了。')
      assert.deepEqual(branch.troubles.filter((one) => !one.includes('409')), [])
    })

    test('and everything stored still holds', () => stage.server.check())
  })
}
