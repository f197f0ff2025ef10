import { expect, it } from 'vitest'
import { agreedTo, ageOf, blankPerson, checkPerson, givers, giversOf, toConsents, toPerson } from './person'

const now = new Date('2026-11-20T04:00:00Z')

it('knows an age by the day', () => {
  expect(ageOf('2012-11-20', now)).toBe(14)
  expect(ageOf('2012-11-21', now)).toBe(13)
  expect(ageOf('', now)).toBeNull()
})

it('asks the guardian under 14, both from 14, and oneself from 18', () => {
  expect([13, 14, 17, 18, null].map(givers)).toEqual([['guardian'], ['self', 'guardian'], ['self', 'guardian'], ['self'], ['self']])
  expect(giversOf({ is_minor: true, birth_year: 2014 }, now)).toEqual(['guardian'])
  expect(giversOf({ is_minor: true, birth_year: 2012 }, now)).toEqual(['self', 'guardian'])
  expect(giversOf({ is_minor: true }, now)).toEqual(['self', 'guardian'])
  expect(giversOf({ is_minor: false, birth_year: 1950 }, now)).toEqual(['self'])
})

it('counts a purpose as agreed only when all have agreed and none has taken it back', () => {
  const consent = (purpose: string, given_by: string, withdrawn_on?: string) => ({ id: '1', purpose, given_by, given_on: '2026-01-01', withdrawn_on }) as never
  const child = { is_minor: true, birth_year: 2010, consents: [consent('collect', 'self'), consent('collect', 'guardian'), consent('publish', 'guardian')] }
  expect(agreedTo(child, now)).toEqual(['collect'])
  const adult = { is_minor: false, birth_year: 1950, consents: [consent('collect', 'guardian'), consent('publish', 'self', '2026-02-01')] }
  expect(agreedTo(adult, now)).toEqual(['collect'])
})

it('writes one consent for each purpose and each who gives it', () => {
  const consents = toConsents(['collect', 'publish'], ['self', 'guardian'], { name: ' 李某 ', relation: '母亲' }, now)
  expect(consents).toHaveLength(4)
  expect(consents[1]).toEqual({ purpose: 'collect', given_by: 'guardian', given_on: '2026-11-20', guardian_name: '李某', relation: '母亲' })
})

it('sends what was given, and splits the hardships', () => {
  const person = toPerson({ ...blankPerson(), name: ' 王小满 ', hardships: '独居、低保 残疾', id_number: '11010119900307041x' }, 'o', [])
  expect(person).toMatchObject({ name: '王小满', hardships: ['独居', '低保', '残疾'], id_number: '11010119900307041X', phone: undefined })
  expect(Object.keys(checkPerson({ ...blankPerson(), phone: '12', birth_date: '2027-01-01' }, now))).toEqual(['person:/name', 'person:/phone', 'person:/birth_date'])
})
