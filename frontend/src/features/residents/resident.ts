import type { Beneficiary, Disclosure } from '@/domain/types'

type Consent = Beneficiary['consents'][number]
export type Purpose = Consent['purpose']

export interface Agreed {
  purpose: Purpose
  live: Consent[]
  /** The last time that it was taken back, where nobody agrees any more. */
  withdrawn: string | null
}

const PURPOSES: readonly Purpose[] = ['collect', 'publish', 'share_with_claimant', 'photo', 'share_with_platform']

/** What is agreed to today, purpose by purpose, those never asked included: silence is not a yes. */
export const agreements = (consents: readonly Consent[]): Agreed[] =>
  PURPOSES.map((purpose) => {
    const all = consents.filter((one) => one.purpose === purpose)
    const live = all.filter(({ withdrawn_on }) => !withdrawn_on)
    const ends = all.map(({ withdrawn_on }) => withdrawn_on ?? '').toSorted()
    return { purpose, live, withdrawn: live.length > 0 ? null : ends.at(-1) || null }
  })

/** Who looked, and for whom: the person, the organisation, and the claimant where it was for a delivery. */
export const whoLooked = ({ by, organisation, claimant }: Disclosure): string =>
  [by?.display_name, claimant ?? organisation.name].filter((one, i, all) => one && all.indexOf(one) === i).join(' · ')

/** A masked text, unless the mask leaves nothing of it. */
export const seen = (masked: string | null | undefined): string => (masked && /[^*]/.test(masked) ? masked : '')

/** What was typed into the one field of the search: an identity number, a telephone number, or neither. */
export function numberOf(typed: string): { id_number: string } | { phone: string } | null {
  const text = typed.replace(/[\s\-—]/g, '').toUpperCase()
  if (/^\d{17}[\dX]$/.test(text)) return { id_number: text }
  return /^\+?\d{7,15}$/.test(text) ? { phone: text } : null
}
