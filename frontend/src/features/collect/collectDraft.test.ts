import { expect, it } from 'vitest'
import type { Beneficiary } from '@/domain/types'
import { askedOf, blank, check, isBlank, newlyAgreed, restored } from './collectDraft'

const now = new Date('2026-11-20T04:00:00Z')
const wish = { title: '想要一盏灯', public_summary: '夜里看不清台阶。', category: 'thing' }
const draft = (over: object = {}) => ({ ...blank('o'), ...over, wish: { ...blank('o').wish, ...wish } })
const granny = { id: 'b', is_minor: false, birth_year: 1948, consents: [{ id: '1', purpose: 'collect', given_by: 'self', given_on: '2026-01-01' }] } as unknown as Beneficiary

it('needs to know whose wish it is, and their yes to noting it', () => {
  expect(Object.keys(check(draft(), undefined, now))).toEqual(['/beneficiary_id', '/consents'])
  expect(check(draft({ beneficiary: 'b' }), granny, now)).toEqual({})
  const fresh = draft({ who: 'new', person: { ...blank('').person, name: '王小满' }, purposes: ['collect'] })
  expect(check(fresh, undefined, now)).toEqual({})
})

it('asks for the guardian of a child by name, once anything is agreed to', () => {
  const child = draft({ who: 'new', person: { ...blank('').person, name: '小林', birth_date: '2015-01-01' }, purposes: ['collect'] })
  expect(askedOf(child, undefined, now)).toEqual(['guardian'])
  expect(Object.keys(check(child, undefined, now))).toEqual(['guardian:/name', 'guardian:/relation'])
})

it('adds only what was not agreed to before', () => {
  expect(newlyAgreed(draft({ beneficiary: 'b', purposes: ['collect', 'publish'] }), granny)).toEqual(['publish'])
})

it('comes back from the memory of the tab, also when a field was added since', () => {
  expect(restored(null, 'o')).toBeNull()
  expect(restored('x', 'o')).toBeNull()
  expect(restored({ wish: { title: '灯' } }, 'o')).toMatchObject({ organisation: 'o', wish: { title: '灯', unit: 'item' } })
  expect(isBlank(blank('o'))).toBe(true)
  expect(isBlank(draft())).toBe(false)
})
