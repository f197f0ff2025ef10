// One wish with two parts: named while it is written down, read at review, taken by two, and seen together.
import assert from 'node:assert/strict'
import { after, afterEach, before, describe, test } from 'node:test'
import { ask, tokenOf } from './support/api.mjs'
import { fit } from './support/axe.mjs'
import { raiseStage } from './support/browser.mjs'
import { button, choose, claim, enter, field, findOnWall, handIn, noTroubles, publish, sees, takeUp, writeDown } from './support/pages.mjs'
import { settle } from './support/rooms.mjs'

const TITLE = '想请人来量量血压，再剪个头'
const told = {
  resident: { name: '覃示例', born: '1951-03-09', phone: '07005550188', address: '示例村五组' },
  wish: { title: TITLE, category: '添一物', cost: '0', words: '腿脚不便，出不了门，想请人上门。' },
}

describe('a wish with parts', { timeout: 300_000 }, () => {
  let stage
  before(async () => { stage = await raiseStage('sqlite') })
  afterEach(async (t) => {
    if (!t.passed) await stage.keepPictures(t.name)
    await stage.clear()
  })
  after(() => stage?.end())

  test('is written down, reviewed, and taken by two', async () => {
    const grid = await enter(stage, 'collector', { width: 390 })
    await writeDown(grid, told)
    const parts = field(grid, '分几项（可不填）')
    await parts.fill('上门量血压')
    await handIn(grid)
    await sees(grid, '写 2 到 5 行')
    await parts.fill('上门量血压\n上门剪头发')
    assert.equal(await field(grid, '数量').count(), 0, 'as many as there are lines')
    await field(grid, '单位').selectOption({ label: '次' })
    await fit(grid, 'shares-collect')
    await handIn(grid)
    await sees(grid, '交上去了，等别人审核')
    noTroubles(grid)

    const desk = await enter(stage, 'reviewer', { width: 1280 })
    await takeUp(desk, '待审核', TITLE)
    await sees(desk, '上门量血压、上门剪头发')
    await publish(desk, TITLE, '七星区及以下')
    noTroubles(desk)

    const one = await enter(stage, 'manager', { width: 390 })
    const card = await findOnWall(one, '剪头发', TITLE)
    await card.getByText('上门量血压、上门剪头发').waitFor()
    await card.getByRole('link', { name: TITLE, exact: true }).click()
    await claim(one)
    await sees(one, '至少选一项')
    await one.getByRole('checkbox', { name: '上门剪头发' }).check()
    await fit(one, 'shares-claim')
    await button(one, '就这么定，我来点亮').click()
    await sees(one, '火种交给您了')
    await sees(one, '上门剪头发')
    noTroubles(one)

    const other = await enter(stage, 'nursing', { width: 1280 })
    const left = await findOnWall(other, '剪头发', TITLE)
    await left.getByText('还差 上门量血压').waitFor()
    await left.getByRole('link', { name: TITLE, exact: true }).click()
    await other.waitForURL('**/wishes/*')
    await settle(other)
    await fit(other, 'shares-wish')
    const { pathname } = new URL(other.url())
    await claim(other, { send: false })
    assert.ok(await other.getByRole('checkbox', { name: /^上门剪头发/ }).isDisabled(), 'somebody has it')
    await other.getByRole('checkbox', { name: '上门量血压' }).check()
    await button(other, '就这么定，我来点亮').click()
    await sees(other, '火种交给您了')
    noTroubles(other)

    const wish = await ask(stage.server, pathname.slice(1), await tokenOf(stage.server, 'coordinator'))
    assert.deepEqual([wish.status, wish.shares.map(({ status }) => status)], ['claimed', ['claimed', 'claimed']])
    await desk.goto(`/console/wishes/${wish.id}`)
    await settle(desk)
    await sees(desk, '区护理院')
    await sees(desk, '上门剪头发')
    await fit(desk, 'shares-desk')
    noTroubles(desk)
  })

  test('is dispatched by its parts, and a draft forgets them', async () => {
    const { server } = stage
    const token = await tokenOf(server, 'collector')
    const { memberships } = await ask(server, 'me', token)
    const { items } = await ask(server, 'beneficiaries', token)
    const body = { beneficiary_id: items[0].id, organisation_id: memberships[0].organisation.id, title: '两件小事', public_summary: '想请人来看看，再修一修。', category: 'hand', quantity: 2, unit: 'visit', shares: ['修窗户', '修水龙头'], channel: 'home_visit' }
    const { id } = await ask(server, 'wishes', token, body)
    const page = await enter(stage, 'collector', { width: 390 })
    await page.goto(`/console/wishes/${id}/edit`)
    await settle(page)
    assert.equal(await field(page, '分几项（可不填）').inputValue(), '修窗户\n修水龙头')
    await field(page, '分几项（可不填）').fill('')
    await field(page, '数量').fill('1')
    await button(page, '存下').click()
    await sees(page, '改好了')
    const plain = await ask(server, `wishes/${id}`, token)
    assert.deepEqual([plain.quantity, plain.shares], [1, undefined])
    noTroubles(page)
  })
})
