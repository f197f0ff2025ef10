import { expect, it } from 'vitest'
import { blank, type Line } from './delivery'
import { checkPacks, forEach, type Packs, toPacks } from './packs'

const line = (name: string, quantity: string): Line => ({ ...blank(), name, quantity })
const packs = (change: Partial<Packs> = {}): Packs => ({ claims: ['a', 'b'], lines: [line('大米', '4')], own: {}, hours: '', note: '', ...change })

it('things and recipients agree, or the thing is named', () => {
  expect(checkPacks(packs())).toEqual({})
  expect(forEach(packs(), line('大米', '4'))).toBe(2)
  for (const quantity of ['3', '1']) expect(Object.keys(checkPacks(packs({ lines: [line('大米', quantity)] })))).toEqual(['/items/0/quantity'])
  expect(Object.keys(checkPacks(packs({ claims: [] })))).toEqual(['/claims'])
})

it('what is for one alone is named by its place among the recipients', () => {
  const own = { b: [line('', '1')], c: [line('', 'x')] }
  expect(Object.keys(checkPacks(packs({ own })))).toEqual(['/claims/1/items/0/name'])
})

it('says to whom what goes', () => {
  expect(toPacks(packs({ own: { b: [line(' 收音机 ', '1')] }, hours: '2', note: ' ' }))).toEqual({
    note: null,
    items: [{ name: '大米', quantity: 4, value_fen: null }],
    hours: 2,
    claims: [{ claim_id: 'a', items: [] }, { claim_id: 'b', items: [{ name: '收音机', quantity: 1, value_fen: null }] }],
  })
})
