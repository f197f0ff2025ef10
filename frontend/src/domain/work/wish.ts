import type { Wish, WorkerWish } from '@/domain/types'

/** The view of those who answer for a wish; null where the reader may only know what is on the wall. */
export const asWorker = (wish: Wish | undefined): WorkerWish | null => (wish?.view === 'worker' ? wish : null)

/** The operations on a wish that its own view may offer. */
export type WishAct = 'submit_wish' | 'update_wish' | 'review_wish' | 'withdraw_wish' | 'dispatch_wish' | 'escalate_wish' | 'split_wish' | 'pause_wish' | 'resume_wish' | 'reopen_wish' | 'issue_card' | 'create_wish_attachment' | 'create_feedback'

/** Only what the server says one may do now is offered. A list does not say it: absent means no. */
export const may = (thing: { may?: readonly string[] | null }, act: WishAct | 'confirm_claim'): boolean => thing.may?.includes(act) ?? false

/** How a wish that was never lit came to its end, in words. */
export function endingOf(wish: object): string {
  const { ended_reason, outcome } = wish as { ended_reason?: string | null; outcome?: string | null }
  return [ended_reason, outcome].filter(Boolean).join(' · ')
}
