import { listed } from '@/domain/punctuation'
import type { Beneficiary, RevealedBeneficiary } from '@/domain/types'
import type { Comparison, PersonField } from './queries'

export const FIELDS: readonly PersonField[] = ['name', 'phone', 'address', 'id_number', 'birth_date', 'hardships']

export type Side = 'survivor' | 'merged'
export type Choices = Partial<Record<PersonField, Side>>

/** What a record says in one field: in full where somebody looked, masked otherwise. */
export function said(field: PersonField, masked: Beneficiary, full: RevealedBeneficiary | null): string {
  const of = full ?? masked
  if (field === 'hardships') return listed(of.hardships)
  if (field === 'birth_date') return full?.birth_date ?? (of.birth_year ? String(of.birth_year) : '')
  return of[field] ?? ''
}

/** What nobody has to decide: where one side says nothing, the other stands. */
export function evident(comparison: Comparison, survivor: RevealedBeneficiary | null, merged: RevealedBeneficiary | null): Choices {
  const choices: Choices = {}
  for (const field of comparison.differing) {
    const [one, other] = [said(field, comparison.survivor, survivor), said(field, comparison.merged, merged)]
    if (one && !other) choices[field] = 'survivor'
    if (other && !one) choices[field] = 'merged'
  }
  return choices
}

interface Wished {
  id: string
  title: string
  status: string
}

/** Spaces and signs are written now so, now so. */
const key = (title: string): string => title.replace(/[^\p{L}\p{N}]/gu, '')

/** Two wishes of one resident that say the same, of which the newer is open and unclaimed: it can be withdrawn. Newest first. */
export function twice<W extends Wished>(wishes: readonly W[]): { newer: W; older: W }[] {
  const alive = ['draft', 'submitted', 'open', 'claimed', 'delivered']
  const living = wishes.filter(({ status }) => alive.includes(status)).toSorted((a, b) => b.id.localeCompare(a.id))
  return living.flatMap((newer, index) => {
    const older = living.slice(index + 1).find((one) => key(one.title) === key(newer.title))
    return older && newer.status === 'open' ? [{ newer, older }] : []
  })
}
