import type { NewBeneficiary, NewConsent } from '@/data/collecting'
import { chinaDay } from '@/domain/due/due'
import type { Beneficiary } from '@/domain/types'
import { t } from './messages'
import type { Faults } from './wishDraft'

export const PURPOSES = ['collect', 'publish', 'share_with_claimant', 'photo', 'share_with_platform'] as const
export type Purpose = (typeof PURPOSES)[number]
export type Giver = NewConsent['given_by']

/** A resident who is new here, as typed. */
export interface PersonDraft {
  name: string
  phone: string
  address: string
  id_number: string
  birth_date: string
  hardships: string
}

export interface Guardian {
  name: string
  relation: string
}

export const blankPerson = (): PersonDraft => ({ name: '', phone: '', address: '', id_number: '', birth_date: '', hardships: '' })

/** Whole years, from a date of birth; null when it is not known. */
export function ageOf(birth_date: string, now = new Date()): number | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(birth_date)) return null
  const today = chinaDay(now)
  const years = Number(today.slice(0, 4)) - Number(birth_date.slice(0, 4))
  return today.slice(5) < birth_date.slice(5) ? years - 1 : years
}

/** Whose yes it takes: the guardian's under 14, both from 14 to 18, one's own from 18 and where the age is not known. */
export function givers(age: number | null): Giver[] {
  if (age === null || age >= 18) return ['self']
  return age < 14 ? ['guardian'] : ['self', 'guardian']
}

/** Of somebody known only the year of birth may be known, and that they are a minor: when in doubt both are asked. */
export function giversOf(person: Pick<Beneficiary, 'birth_year' | 'is_minor'>, now = new Date()): Giver[] {
  if (!person.is_minor) return ['self']
  const atMost = person.birth_year == null ? null : Number(chinaDay(now).slice(0, 4)) - person.birth_year
  return atMost !== null && atMost < 14 ? ['guardian'] : ['self', 'guardian']
}

/** The purposes to which everybody whose yes it takes has agreed, and not taken it back. */
export function agreedTo(person: Pick<Beneficiary, 'consents' | 'birth_year' | 'is_minor'>, now = new Date()): Purpose[] {
  const needed = giversOf(person, now)
  const live = (purpose: Purpose, by: Giver) => person.consents.some((one) => one.purpose === purpose && one.given_by === by && !one.withdrawn_on)
  // An adult under guardianship is spoken for by the guardian.
  const by = (purpose: Purpose) => (needed.includes('guardian') ? needed.every((giver) => live(purpose, giver)) : live(purpose, 'self') || live(purpose, 'guardian'))
  return PURPOSES.filter(by)
}

/** One consent a purpose and a person who gives it, as of today. */
export function toConsents(purposes: readonly Purpose[], by: readonly Giver[], guardian: Guardian, now = new Date()): NewConsent[] {
  const given_on = chinaDay(now)
  return purposes.flatMap((purpose) =>
    by.map((given_by) => ({
      purpose,
      given_by,
      given_on,
      ...(given_by === 'guardian' && { guardian_name: guardian.name.trim(), relation: guardian.relation.trim() }),
    })),
  )
}

const words = (text: string): string[] => text.split(/[、，,;；\s]+/).filter(Boolean)
const given = (text: string): string | undefined => text.trim() || undefined

export const toPerson = (draft: PersonDraft, organisation_id: string, consents: NewConsent[]): NewBeneficiary => ({
  name: draft.name.trim(),
  phone: given(draft.phone),
  address: given(draft.address),
  id_number: given(draft.id_number.toUpperCase()),
  birth_date: given(draft.birth_date),
  hardships: words(draft.hardships),
  organisation_id,
  consents,
})

export function checkPerson(draft: PersonDraft, now = new Date()): Faults {
  const faults: Faults = {}
  const { fault } = t.value
  if (draft.name.trim() === '') faults['person:/name'] = fault.name
  if (draft.phone.trim() !== '' && !/^[\d+\- ]{7,20}$/.test(draft.phone.trim())) faults['person:/phone'] = fault.phone
  if (draft.birth_date !== '' && draft.birth_date > chinaDay(now)) faults['person:/birth_date'] = fault.future
  return faults
}

export function checkGuardian(guardian: Guardian): Faults {
  const { fault } = t.value
  return {
    ...(guardian.name.trim() === '' && { 'guardian:/name': fault.guardianName }),
    ...(guardian.relation.trim() === '' && { 'guardian:/relation': fault.relation }),
  }
}
