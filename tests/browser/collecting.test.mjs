// What helps while a wish is written down: a chat that is taken apart, and what is here already.
import assert from 'node:assert/strict'
import { after, afterEach, before, describe, test } from 'node:test'
import { fit } from './support/axe.mjs'
import { raiseStage } from './support/browser.mjs'
import { button, choose, collect, enter, field, handIn, sees } from './support/pages.mjs'

const CHAT = `网格员小周 2026/11/23 10:23:05
莫示例，示例村三组，想要一台收音机，电话13800000001
李书记 10:25:40
收到
网格员小周 10:31:12
[图片]
韦示例缺一张写字的桌子
夜里在灶台上写`

const told = (title) => ({
  resident: { name: '覃示例', born: '1951-03-09', phone: '07005550188', address: '示例村五组' },
  wish: { title, category: '添一物', cost: '60', words: '夜里起来看不清，想要一盏床头灯。' },
})

describe('what helps while collecting', { timeout: 120_000 }, () => {
  let stage
  before(async () => { stage = await raiseStage('sqlite') })
  afterEach(async (t) => {
    if (!t.passed) await stage.keepPictures(t.name)
    await stage.clear()
  })
  after(() => stage?.end())

  test('each piece of a pasted chat fills the form, nothing typed is lost, and what is not done yet is still there', async () => {
    const page = await enter(stage, 'collector')
    await page.goto('/collect')
    await page.getByText('从聊天里粘贴').click()
    await field(page, '粘贴的话').fill(CHAT)
    await button(page, '分开看看').click()
    await sees(page, /分成 2 条/)
    await page.getByText('顺便问问：').click()
    await fit(page, 'pasted')
    await button(page, '填进表里：想要一台收音机').click()
    assert.equal(await field(page, '姓名').inputValue(), '莫示例')
    assert.equal(await field(page, '电话（可不填）').inputValue(), '13800000001')
    assert.equal(await field(page, '住址（可不填）').inputValue(), '示例村三组')
    assert.equal(await page.getByLabel('一句话', { exact: true }).inputValue(), '想要一台收音机')
    for (const box of await page.getByRole('checkbox').all()) assert.equal(await box.isChecked(), false, 'no chat can say yes for a resident')

    await button(page, '填进表里：缺一张写字的桌子').click()
    await sees(page, /先存好正在写的这一条/)
    assert.equal(await field(page, '姓名').inputValue(), '莫示例')

    await choose(page, '添一物')
    await field(page, '公开说明').fill('一个人住，想听听戏。要一台收音机。')
    await page.getByRole('checkbox', { name: '记下来，帮着找人' }).check()
    await handIn(page)
    await sees(page, '交上去了，等别人审核')
    await button(page, '再记一个').click()
    await button(page, '填进表里：缺一张写字的桌子').click()
    assert.equal(await field(page, '姓名').inputValue(), '韦示例')
    assert.match(await field(page, '细节（不公开）').inputValue(), /夜里在灶台上写/)
    await page.reload()
    await sees(page, '上次没存的还在，接着写就好。')
    assert.equal(await field(page, '粘贴的话').inputValue(), CHAT)
    assert.equal(await page.getByText('填过了').count(), 2)
  })

  test('who is here already is told field by field, and not entered twice; nor is a wish of theirs', async () => {
    const page = await enter(stage, 'collector')
    await collect(page, told('想要一盏床头灯'))
    await page.goto('/collect')
    await choose(page, '第一次记')
    await field(page, '姓名').fill('覃示例')
    await field(page, '电话（可不填）').fill('070 0555 0188')
    await sees(page, /可能已经记过，一共 1 位/)
    const found = page.getByRole('status').filter({ hasText: '可能已经记过' })
    assert.match(await found.innerText(), /覃\*\*\s+一样/)
    assert.doesNotMatch(await found.innerText(), /覃示例|0188.*0188/)
    await fit(page, 'like-residents')
    await button(found, '就是这一位').click()
    await page.getByLabel('一句话', { exact: true }).fill('床头灯')
    await choose(page, '添一物')
    await sees(page, /这一家好像记过差不多的/)
    await page.getByRole('link', { name: '想要一盏床头灯' }).waitFor()
    await fit(page, 'like-wishes')
  })
})
