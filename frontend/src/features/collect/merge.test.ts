import { expect, it } from 'vitest'
import { merge } from './merge'

const base = { title: '灯', details: '', cost: '80', quantity: '1', unit: 'item' }
const together = [['quantity', 'unit']] as const

it('takes what only they changed, keeps what only I changed, and is content where both say the same', () => {
  const { merged, taken, conflicts } = merge(base, { ...base, title: '一盏灯', cost: '90' }, { ...base, details: '声控', cost: '90 ' }, together)
  expect(merged).toEqual({ ...base, title: '一盏灯', details: '声控', cost: '90' })
  expect([taken, conflicts]).toEqual([['details'], []])
})

it('decides nothing where both wrote', () => {
  const { merged, conflicts } = merge(base, { ...base, title: '一盏灯' }, { ...base, title: '两盏灯' }, together)
  expect(merged.title).toBe('一盏灯')
  expect(conflicts).toEqual([{ fields: ['title'], mine: { title: '一盏灯' }, theirs: { title: '两盏灯' } }])
})

it('does not put my quantity to their unit', () => {
  const { conflicts, merged } = merge(base, { ...base, quantity: '2' }, { ...base, unit: 'hour' }, together)
  expect(conflicts).toEqual([{ fields: ['quantity', 'unit'], mine: { quantity: '2', unit: 'item' }, theirs: { quantity: '1', unit: 'hour' } }])
  expect(merged).toEqual({ ...base, quantity: '2' })
  expect(merge(base, base, { ...base, unit: 'hour' }, together).taken).toEqual(['quantity', 'unit'])
})
