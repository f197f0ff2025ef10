import type { Escalation } from '@/domain/types'

/** What the superior said to do, for as long as nothing newer was said: the last word on the way up was to send it back. */
export function standing(escalations: readonly Escalation[]): Escalation | null {
  const last = escalations.toSorted((a, b) => a.created_at.localeCompare(b.created_at)).at(-1)
  return last?.status === 'returned' && last.instruction ? last : null
}
