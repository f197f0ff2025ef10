import { expect, it } from 'vitest'
import type { WorkerWish } from '@/domain/types'
import { blankWish, changed, checkWish, draftOf, stillWrong, toPatch, toWish, type WishDraft } from './wishDraft'

const now = new Date('2026-11-20T04:00:00Z')
const full: WishDraft = { ...blankWish(), title: '楼道里想有一盏夜里亮的灯', public_summary: '夜里看不清台阶，想装一盏声控灯。', category: 'thing', cost: '120.5', needed_by: '2026-12-05' }

it('finds what is missing before it is sent, at the pointer of the API', () => {
  expect(Object.keys(checkWish({ ...blankWish(), quantity: '0', cost: 'x', needed_by: '2026-11-19' }, [], now)).toSorted()).toEqual([
    '/category',
    '/estimated_cost_fen',
    '/needed_by',
    '/public_summary',
    '/quantity',
    '/title',
  ])
  expect(checkWish(full, [], now)).toEqual({})
})

it('forgets a fault that was put right, and tells no new one meanwhile', () => {
  expect(stillWrong({ '/title': 'a', '/category': 'b' }, { '/category': 'b', '/quantity': 'c' })).toEqual({ '/category': 'b' })
})

it('does not let a name or a door onto the wall', () => {
  expect(checkWish({ ...full, public_summary: '王小满住 6 栋 302，想要灯。' }, ['王小满'], now)['/public_summary']).toContain('2 处')
  expect(checkWish({ ...full, title: '王小满想要灯' }, ['王小满'], now)['/title']).toBeDefined()
})

it('turns yuan into fen, and leaves out what was left out', () => {
  expect(toWish(full, 'b', 'o')).toMatchObject({ estimated_cost_fen: 12_050, quantity: 1, unit: 'item', needed_by: '2026-12-05', details: undefined })
  expect(toWish({ ...full, unit: 'fen', quantity: '300', cost: '' }, 'b', 'o')).toMatchObject({ quantity: 30_000, estimated_cost_fen: undefined })
})

it('sends only what was changed, and null for what was emptied', () => {
  const to = { ...full, title: '想要一盏灯', cost: '', needed_by: '' }
  expect(changed(full, to)).toEqual(['title', 'cost', 'needed_by'])
  expect(toPatch(full, to)).toEqual({ title: '想要一盏灯', estimated_cost_fen: null, needed_by: null })
  expect(toPatch(full, { ...full, unit: 'hour' })).toEqual({ quantity: 1, unit: 'hour' })
  expect(toPatch(full, full)).toEqual({})
})

it('reads a wish back into the same draft', () => {
  const wish = { ...toWish({ ...full, unit: 'fen', quantity: '300.5' }, 'b', 'o'), summary: full.public_summary, category: { code: 'thing' } } as unknown as WorkerWish
  expect(draftOf(wish)).toEqual({ ...full, unit: 'fen', quantity: '300.50', cost: '120.50' })
})

it('asks for as many as there are parts, where they have names', () => {
  const two = { ...full, unit: 'visit' as const, quantity: '7', shares: ' 上门看诊 \n\n上门理发\n' }
  expect(checkWish(two, [], now)).toEqual({})
  expect(toWish(two, 'b', 'o')).toMatchObject({ quantity: 2, shares: ['上门看诊', '上门理发'] })
  expect(toPatch(two, { ...two, shares: '' })).toEqual({ quantity: 7, unit: 'visit', shares: null })
  expect(Object.keys(checkWish({ ...two, shares: '上门看诊' }, [], now))).toEqual(['/shares'])
  expect(Object.keys(checkWish({ ...two, shares: '上门看诊\n上门看诊' }, [], now))).toEqual(['/shares'])
  expect(Object.keys(checkWish({ ...two, unit: 'hour' }, [], now))).toEqual(['/unit'])
  expect(checkWish({ ...two, shares: '给王小满看诊\n上门理发' }, ['王小满'], now)['/shares']).toBeDefined()
})
