// What several people change at once: nobody's words are lost, and nobody decides for another unseen.
import assert from 'node:assert/strict'
import { after, afterEach, before, describe, test } from 'node:test'
import { merge } from '../../frontend/src/features/collect/merge.ts'
import { ask, drafts, tokenOf } from './support/api.mjs'
import { fit } from './support/axe.mjs'
import { raiseStage } from './support/browser.mjs'
import { button, enter, field, sees } from './support/pages.mjs'

const COLLECTORS = 37
const WISHES = 12

describe('changed by several at once', { timeout: 300_000 }, () => {
  let stage
  before(async () => { stage = await raiseStage('sqlite') })
  afterEach(async (t) => {
    if (!t.passed) await stage.keepPictures(t.name)
    await stage.clear()
  })
  after(() => stage?.end())

  test('the other one’s changes are taken, mine are kept, and where both wrote I choose', async () => {
    const [{ id }] = await drafts(stage.server, 1, '两个人改')
    const [one, two] = [await enter(stage, 'collector'), await enter(stage, 'collector')]
    for (const page of [one, two]) {
      await page.goto(`/console/wishes/${id}/edit`)
      await field(page, '一句话').waitFor()
    }
    await field(one, '一句话').fill('台阶上想有一盏灯')
    await field(one, '细节（不公开）').fill('要声控的')
    await button(one, '存下').click()
    await one.waitForURL(`**/console/wishes/${id}`)

    await field(two, '一句话').fill('楼梯口想有一盏灯')
    await field(two, '大约多少钱（元）').fill('90')
    await button(two, '存下').click()
    await sees(two, '这一条刚刚有人改过。')
    await sees(two, '细节：要声控的')
    assert.equal(await field(two, '细节（不公开）').inputValue(), '要声控的')
    assert.equal(await field(two, '大约多少钱（元）').inputValue(), '90')
    await fit(two, 'clash')
    // Not before something was chosen.
    await button(two, '看过了，再存一次').click()
    await two.getByRole('group', { name: '一句话' }).getByText('请选一个').waitFor()
    assert.equal((await ask(stage.server, `wishes/${id}`, await tokenOf(stage.server, 'collector'))).title, '台阶上想有一盏灯')
    await two.getByRole('radio', { name: /别人写的/ }).check()
    assert.equal(await field(two, '一句话').inputValue(), '台阶上想有一盏灯')
    await two.getByRole('radio', { name: /您写的/ }).check()
    await button(two, '看过了，再存一次').click()
    await two.waitForURL(`**/console/wishes/${id}`)
    const wish = await ask(stage.server, `wishes/${id}`, await tokenOf(stage.server, 'collector'))
    assert.deepEqual([wish.title, wish.details, wish.estimated_cost_fen], ['楼梯口想有一盏灯', '要声控的', 9000])
  })

  test(`${COLLECTORS} collectors, of whose edits a third meet another's, lose none`, async () => {
    const token = await tokenOf(stage.server, 'collector')
    const wishes = await drafts(stage.server, WISHES, '许多人改')
    const read = async (id) => {
      const { version, details = '', told_by_note = '', title, public_summary } = await ask(stage.server, `wishes/${id}`, token)
      return { version, fields: { details, told_by_note, title, public_summary } }
    }
    const before = new Map(await Promise.all(wishes.map(async ({ id }) => [id, await read(id)])))
    const made = []
    let met = 0

    /** One page of one collector: saves over what it has seen; where somebody was quicker, merges, and keeps both where both wrote. */
    async function save(id, name, mark) {
      let mine = { ...before.get(id).fields, [name]: mark }
      for (let base = before.get(id); ; ) {
        const changed = Object.entries(mine).filter(([field, text]) => text !== base.fields[field])
        const answer = await fetch(`${stage.server.url}/api/v1/wishes/${id}`, {
          method: 'PATCH',
          headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, 'if-match': `"${base.version}-"` },
          body: JSON.stringify(Object.fromEntries(changed)),
        })
        if (answer.ok) return
        assert.equal(answer.status, 412, await answer.text())
        const theirs = await read(id)
        const { merged, conflicts } = merge(base.fields, mine, theirs.fields)
        for (const { fields, theirs: their } of conflicts) {
          assert.deepEqual(fields, [name])
          met += 1
          merged[name] = `${their[name]}、${mark}`
        }
        mine = merged
        base = theirs
      }
    }

    const places = ['details', 'told_by_note']
    await Promise.all(
      Array.from({ length: COLLECTORS }, async (_, n) => {
        // Three of ten go to the same wish and field as others' do.
        const crowded = n % 10 < 3
        const { id } = wishes[crowded ? 0 : n % WISHES]
        const name = crowded ? 'details' : places[Math.floor(n / WISHES) % 2]
        const mark = `记${String(n).padStart(2, '0')}`
        made.push({ id, name, mark })
        await save(id, name, mark)
      }),
    )
    assert.ok(met > 10, `${met} met`)
    for (const { id, name, mark } of made) assert.ok((await read(id)).fields[name].includes(mark), `${mark} in ${name}`)
  })
})
