import type { Claim } from '@/domain/types'

/** What a claim asks of its claimant now. */
export type Todo = 'answer' | 'contact' | 'deliver' | 'wait' | 'none'

export interface Due {
  claim: Claim
  todo: Todo
  /** The day it is due, where there is one. */
  by: string | null
}

export function dueOf(claim: Claim): Due {
  const due = (todo: Todo, by?: string | null): Due => ({ claim, todo, by: by ?? null })
  if (claim.status === 'proposed') return due('answer', claim.answer_by)
  if (claim.status === 'active') return claim.contacted_at ? due('deliver', claim.deliver_by) : due('contact', claim.contact_by)
  if (claim.status === 'delivered') return due('wait', claim.confirm_by)
  return due('none')
}

/** First what is due first; those that wait for somebody else come last. */
export function inOrder(claims: readonly Claim[]): Due[] {
  const rank = ({ todo }: Due): number => (todo === 'wait' ? 1 : 0)
  return claims
    .map(dueOf)
    .filter(({ todo }) => todo !== 'none')
    .toSorted((a, b) => rank(a) - rank(b) || (a.by ?? '9').localeCompare(b.by ?? '9'))
}

export const isLate = ({ todo, by }: Due, now = new Date()): boolean => todo !== 'wait' && by !== null && new Date(by) < now

/** Whether it is due within two days, and the calendar leaf should be seen. */
export const isSoon = ({ by }: Due, now = new Date()): boolean => by !== null && new Date(by).getTime() - now.getTime() < 2 * 86_400_000
