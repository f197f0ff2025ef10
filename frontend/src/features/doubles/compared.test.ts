import { expect, test } from 'vitest'
import type { Beneficiary, RevealedBeneficiary } from '@/domain/types'
import { evident, said, twice } from './compared'
import type { Comparison } from './queries'

const masked = (phone?: string) => ({ name: '莫**', phone, birth_year: 1950, hardships: ['独居', '低保'] }) as Beneficiary
const full = (phone?: string) => ({ name: '莫示例', phone, birth_date: '1950-01-09', hardships: [] as string[] }) as RevealedBeneficiary

test('a record says what is seen of it', () => {
  expect(said('name', masked(), null)).toBe('莫**')
  expect(said('birth_date', masked(), null)).toBe('1950')
  expect(said('birth_date', masked(), full())).toBe('1950-01-09')
  expect(said('hardships', masked(), null)).toBe('独居、低保')
  expect(said('address', masked(), full())).toBe('')
})

test('where one side says nothing the other stands, and where both speak a person decides', () => {
  const of = (one?: string, other?: string) => ({ survivor: masked(one), merged: masked(other), differing: ['name', 'phone'] }) as unknown as Comparison
  expect(evident(of('1', undefined), null, null)).toEqual({ phone: 'survivor' })
  expect(evident(of(undefined, '2'), null, null)).toEqual({ phone: 'merged' })
  expect(evident(of('1', '2'), null, null)).toEqual({})
})

test('the newer of two wishes that say the same can go, unless somebody took it', () => {
  const wish = (id: string, title: string, status = 'open') => ({ id, title, status })
  const [older, newer] = [wish('1', '想要 收音机'), wish('2', '想要收音机。')]
  expect(twice([older, newer])).toEqual([{ newer, older }])
  expect(twice([older, { ...newer, status: 'claimed' }])).toEqual([])
  expect(twice([{ ...older, status: 'fulfilled' }, newer])).toEqual([])
  expect(twice([older, wish('3', '想要棉被')])).toEqual([])
})
