import type { WorkerWish } from '@/domain/types'
import { may } from '@/domain/work/wish'

/** The one act that brings a wish on: done here, or the address of the room that does it. */
export type MainAct = 'submit' | 'job-review' | 'job-dispatch' | 'work-feedback'

export function mainAct(wish: Pick<WorkerWish, 'may' | 'remaining'>): MainAct | null {
  if (may(wish, 'submit_wish')) return 'submit'
  if (may(wish, 'review_wish')) return 'job-review'
  if (may(wish, 'create_feedback')) return 'work-feedback'
  return may(wish, 'dispatch_wish') && wish.remaining > 0 ? 'job-dispatch' : null
}
