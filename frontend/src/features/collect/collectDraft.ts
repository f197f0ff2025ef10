import type { Beneficiary } from '@/domain/types'
import type { PersonStep } from '@/offline/item'
import { agreedTo, ageOf, blankPerson, checkGuardian, checkPerson, type Giver, givers, giversOf, type Guardian, type PersonDraft, type Purpose } from './person'
import { t } from './messages'
import { blankWish, checkWish, type Faults, type WishDraft } from './wishDraft'

/** Everything on the page where a wish is noted. */
export interface CollectDraft {
  organisation: string
  who: 'known' | 'new' | 'same'
  beneficiary: string
  person: PersonDraft
  /** The resident of the collecting before this one, who may not be on the server yet: the very same request enters them once. */
  same: { step: PersonStep; purposes: Purpose[] } | null
  /** Which one of the outbox is being put right. */
  mends: string
  guardian: Guardian
  /** What they agreed to just now. */
  purposes: Purpose[]
  wish: WishDraft
}

export const blank = (organisation: string): CollectDraft => ({
  organisation,
  who: 'known',
  beneficiary: '',
  person: blankPerson(),
  same: null,
  mends: '',
  guardian: { name: '', relation: '' },
  purposes: [],
  wish: blankWish(),
})

/** A draft from the tab's memory, on top of a blank one, so that a field added since then is there. Null when it is none. */
export function restored(kept: unknown, organisation: string): CollectDraft | null {
  if (typeof kept !== 'object' || kept === null || !('wish' in kept)) return null
  const from = kept as CollectDraft
  const base = blank(organisation)
  return { ...base, ...from, person: { ...base.person, ...from.person }, guardian: { ...base.guardian, ...from.guardian }, wish: { ...base.wish, ...from.wish } }
}

export const isBlank = (draft: CollectDraft): boolean => JSON.stringify({ ...draft, organisation: '' }) === JSON.stringify(blank(''))

/** Whose yes is asked, of somebody new or of somebody known. */
export const askedOf = (draft: CollectDraft, known: Beneficiary | undefined, now = new Date()): Giver[] =>
  draft.who === 'known' && known ? giversOf(known, now) : givers(ageOf(draft.person.birth_date, now))

/** What was agreed to before, by somebody known. */
export function agreedBefore(draft: CollectDraft, known: Beneficiary | undefined): Purpose[] {
  if (draft.who === 'same') return draft.same?.purposes ?? []
  return draft.who === 'known' && known ? agreedTo(known) : []
}

/** What is agreed to now and was not before. */
export const newlyAgreed = (draft: CollectDraft, known: Beneficiary | undefined): Purpose[] => {
  const before = agreedBefore(draft, known)
  return draft.purposes.filter((purpose) => !before.includes(purpose))
}

/** Another wish of the same resident, who was entered by this one. */
export function anotherOf(draft: CollectDraft, step: PersonStep): CollectDraft {
  const purposes = (step.body.consents ?? []).map(({ purpose }) => purpose)
  return { ...blank(draft.organisation), who: 'same', person: draft.person, same: { step, purposes: [...new Set(purposes)] } }
}

export function check(draft: CollectDraft, known: Beneficiary | undefined, now = new Date()): Faults {
  const faults: Faults = draft.who === 'new' ? checkPerson(draft.person, now) : {}
  if (draft.who === 'known' && draft.beneficiary === '') faults['/beneficiary_id'] = t.value.fault.who
  const fresh = newlyAgreed(draft, known)
  if (fresh.length > 0 && askedOf(draft, known, now).includes('guardian')) Object.assign(faults, checkGuardian(draft.guardian))
  if (![...fresh, ...agreedBefore(draft, known)].includes('collect')) faults['/consents'] = t.value.fault.collect
  return { ...faults, ...checkWish(draft.wish, draft.who === 'known' ? [] : [draft.person.name], now) }
}
