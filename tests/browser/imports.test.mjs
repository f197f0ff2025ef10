// A county's list: sent, checked, let in, and what has to be put right taken back; then a sheet that nobody understands.
import { readFileSync } from 'node:fs'
import { after, afterEach, before, describe, test } from 'node:test'
import assert from 'node:assert/strict'
import { fit } from './support/axe.mjs'
import { raiseStage } from './support/browser.mjs'
import { button, enter, noTroubles, sees } from './support/pages.mjs'
import { settle } from './support/rooms.mjs'

const sheet = (text, name = '微心愿汇总.csv') => ({ name, mimeType: 'text/csv', buffer: Buffer.from(text) })

const LIST = sheet(`姓名,联系电话,是否同意,心愿内容,类别,预计费用
王小满（wáng xiǎo mǎn）,070 0555 0131,是,想要一盏 台灯,添一物,约80元
林奶奶,070 0555 0132,是,想有人教教用手机,送一技,
周爷爷,12,是,想要一把椅子,添一物,
何阿姨,070 0555 0134,否,想要一床棉被,添物,
`)

describe('an import', { timeout: 300_000 }, () => {
  let stage
  before(async () => { stage = await raiseStage('sqlite') })
  afterEach(async (t) => {
    if (!t.passed) await stage.keepPictures(t.name)
    await stage.clear()
  })
  after(() => stage?.end())

  for (const width of [1280, 390]) {
    test(`is checked, let in and put right at ${width}`, async () => {
      const desk = await enter(stage, 'coordinator', { width })
      await desk.goto('/console/imports')
      await settle(desk)
      await button(desk, '交来查一遍').click()
      await sees(desk, '请先选一张表。')
      await fit(desk, `imports-${width}`)
      await desk.locator('input[type=file]').setInputFiles(LIST)
      await button(desk, '交来查一遍').click()
      await desk.getByRole('heading', { level: 1, name: '微心愿汇总.csv' }).waitFor()
      await settle(desk)
      await sees(desk, '第 4 行')
      await sees(desk, '是不是“添一物”？')
      await fit(desk, `import-checked-${width}`)
      if (width === 1280) {
        await button(desk, '导入查过的行').click()
        await sees(desk, '导完了')
        const saved = desk.waitForEvent('download')
        await button(desk, '下载要改的行').click()
        assert.equal(readFileSync(await (await saved).path()).subarray(0, 2).toString(), 'PK')
        await sees(desk, '要改的行在下载文件夹里，改好再交')
        await fit(desk, `import-done-${width}`)
      } else {
        await sees(desk, '没有可以导入的行。')
      }
      noTroubles(desk)
    })
  }

  test('waits until somebody says what its columns tell', async () => {
    const desk = await enter(stage, 'coordinator', { width: 390 })
    await desk.goto('/console/imports')
    await settle(desk)
    await desk.locator('input[type=file]').setInputFiles(sheet('户主,可以吗,想要啥,哪一类\n钱伯伯,是,想要一副老花镜,添一物\n'))
    await button(desk, '交来查一遍').click()
    await desk.getByRole('heading', { level: 2, name: '认列' }).waitFor()
    await settle(desk)
    for (const [column, field] of [['户主', 'name'], ['可以吗', 'consent_collect'], ['想要啥', 'name'], ['哪一类', 'category']]) {
      await desk.getByLabel(column, { exact: true }).selectOption(field)
    }
    await button(desk, '就这样认，重新查').click()
    await sees(desk, '“姓名”认了两列，只能认一列。')
    await desk.getByLabel('想要啥', { exact: true }).selectOption('title')
    await fit(desk, 'import-columns')
    await button(desk, '就这样认，重新查').click()
    await sees(desk, '查过了')
    await button(desk, '导入查过的行').waitFor()
    await fit(desk, 'import-mapped')
    noTroubles(desk)
  })
})
