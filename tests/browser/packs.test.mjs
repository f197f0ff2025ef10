// Packs: the same things for several households, and to one of them something besides, reported in one act.
import assert from 'node:assert/strict'
import { after, afterEach, before, describe, test } from 'node:test'
import { ask, tokenOf } from './support/api.mjs'
import { fit } from './support/axe.mjs'
import { raiseStage } from './support/browser.mjs'
import { button, enter, field, noTroubles, sees } from './support/pages.mjs'
import { settle } from './support/rooms.mjs'

describe('packs', { timeout: 300_000 }, () => {
  let stage
  before(async () => { stage = await raiseStage('sqlite') })
  afterEach(async (t) => {
    if (!t.passed) await stage.keepPictures(t.name)
    await stage.clear()
  })
  after(() => stage?.end())

  test('come out even, or nothing is reported', async () => {
    const { server } = stage
    const token = await tokenOf(server, 'manager')
    const { claimants } = await ask(server, 'me', token)
    const active = async () => (await ask(server, 'claims?mine=true&status=active', token)).items
    const held = new Set((await ask(server, 'claims?mine=true', token)).items.map(({ wish_id }) => wish_id))
    const open = (await ask(server, 'wishes?status=open&limit=100', token)).items.filter(({ id }) => !held.has(id))
    for (const { id } of open) {
      if ((await active()).length > 1) break
      await ask(server, `wishes/${id}/claims`, token, { claimant_id: claimants[0].id, quantity: 1 }).catch(() => {})
    }
    const count = (await active()).length
    assert.ok(count > 1, 'there are several to bring to')

    const phone = await enter(stage, 'manager', { width: 390 })
    await phone.goto('/mine')
    await settle(phone)
    await button(phone, '几户一起送').click()
    const same = phone.getByRole('group', { name: '每户都有的（写总数）' })
    await same.getByLabel('名称 1', { exact: true }).fill('大米')
    await same.getByLabel('数量 1', { exact: true }).fill(String(count + 1))
    await button(phone, `${count} 户都送到了`).click()
    await sees(phone, `${count} 户分不匀，看看总数，或少选了谁`)
    assert.equal((await active()).length, count, 'nothing was reported')
    await same.getByLabel('数量 1', { exact: true }).fill(String(count * 2))
    await sees(phone, '大米：每户 2')
    await button(phone, '另带一样').click()
    const own = phone.getByRole('group', { name: '给这一户另带的' })
    await own.getByLabel('名称 1', { exact: true }).fill('收音机')
    await field(phone, '还想说的（可不填）').fill('一起送到了')
    await settle(phone)
    await fit(phone, 'packs')
    await button(phone, `${count} 户都送到了`).click()
    await sees(phone, `${count} 户的送达都报上去了`)
    assert.equal((await active()).length, 0)
    const brought = (await ask(server, 'claims?mine=true&status=delivered', token)).items
    const first = await ask(server, `claims/${brought[0].id}`, token)
    assert.ok(first.delivery.items.some(({ name, quantity }) => name === '大米' && quantity === 2))
    noTroubles(phone)
  })
})
