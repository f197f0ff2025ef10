import type { Beneficiary, WishEvent } from '@/domain/types'

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

export interface Look {
  key: string
  at: string
  who: string
  where: string
  purpose: string
}

/** Only the looks, of all that happened: each with who, when, and what for. */
export const looks = (events: readonly WishEvent[]): Look[] =>
  events
    .filter(({ kind }) => kind === 'beneficiary_revealed')
    .map(({ id, at, actor, organisation, data }) => ({
      key: id,
      at,
      who: actor?.display_name ?? '',
      where: organisation?.name ?? '',
      purpose: typeof data['purpose'] === 'string' ? data['purpose'] : '',
    }))

/** A masked text, unless the mask leaves nothing of it. */
export const seen = (masked: string | null | undefined): string => (masked && /[^*]/.test(masked) ? masked : '')

/** What was typed into the one field of the search: an identity number, a telephone number, or neither. */
export function numberOf(typed: string): { id_number: string } | { phone: string } | null {
  const text = typed.replace(/[\s\-—]/g, '').toUpperCase()
  if (/^\d{17}[\dX]$/.test(text)) return { id_number: text }
  return /^\+?\d{7,15}$/.test(text) ? { phone: text } : null
}
