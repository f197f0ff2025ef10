import { expect, it } from 'vitest'
import type { Beneficiary, Disclosure } from '@/domain/types'
import { agreements, numberOf, whoLooked } from './resident'

const consent = (purpose: string, more = {}) => ({ id: purpose, purpose, given_by: 'self', given_on: '2026-11-01', ...more }) as Beneficiary['consents'][number]

it('tells a live yes from one taken back and from silence', () => {
  const all = agreements([consent('collect'), consent('publish', { withdrawn_on: '2026-11-10' }), consent('photo', { withdrawn_on: '2026-11-02' }), consent('photo')])
  expect(Object.fromEntries(all.map(({ purpose, live, withdrawn }) => [purpose, [live.length, withdrawn]]))).toEqual({
    collect: [1, null],
    publish: [0, '2026-11-10'],
    share_with_claimant: [0, null],
    photo: [1, null],
    share_with_platform: [0, null],
  })
})

it('says who looked and for whom, each once', () => {
  const look = { by: { id: 'u', display_name: '刘' }, organisation: { id: 'o', name: '甲街道', level: 'township' } } as Disclosure
  expect(whoLooked(look)).toBe('刘 · 甲街道')
  expect(whoLooked({ ...look, claimant: '区财政局志愿队' })).toBe('刘 · 区财政局志愿队')
  expect(whoLooked({ ...look, claimant: '刘' })).toBe('刘')
})

it('knows a telephone number from an identity number', () => {
  expect(numberOf('138 7700-1234')).toEqual({ phone: '13877001234' })
  expect(numberOf('11010519491231002x')).toEqual({ id_number: '11010519491231002X' })
  expect(numberOf('陆小满')).toBeNull()
  expect(numberOf('')).toBeNull()
})
