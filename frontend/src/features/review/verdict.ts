import type { Finding } from '@/domain/types'
import { type Dismissals, toDismissals, unresolved } from '@/domain/work/findings'
import type { ReviewInput } from './queries'

export const ASKS = ['urgent', 'feasible', 'practical'] as const
export type Ask = (typeof ASKS)[number]
export type Answer = 'yes' | 'no'
export type Decision = ReviewInput['decision']

export interface Verdict {
  answers: Partial<Record<Ask, Answer>>
  note: string
  /** Empty: the holder's own circle. */
  audience: string
  /** Findings in the public text that are false alarms. */
  dismissed: Dismissals
}

export type Fault = 'unanswered' | 'notPassed' | 'noteMissing' | 'findings'

/** What still stands in the way of a decision; the server says the same, only later. */
export function faultOf({ answers, note, dismissed }: Verdict, decision: Decision, findings: readonly Finding[] = []): Fault | null {
  if (decision === 'publish') {
    if (ASKS.some((ask) => answers[ask] === undefined)) return 'unanswered'
    if (!ASKS.every((ask) => answers[ask] === 'yes')) return 'notPassed'
    return unresolved(findings, dismissed).length > 0 ? 'findings' : null
  }
  return note.trim() === '' ? 'noteMissing' : null
}

export function toInput({ answers, note, audience, dismissed }: Verdict, decision: Decision, findings: readonly Finding[] = []): ReviewInput {
  const alarms = decision === 'publish' ? toDismissals(findings, dismissed) : []
  const [urgent, feasible, practical] = ASKS.map((ask) => answers[ask] === 'yes') as [boolean, boolean, boolean]
  return {
    decision,
    urgent,
    feasible,
    practical,
    note: note.trim() || undefined,
    audience_id: decision === 'publish' && audience ? audience : undefined,
    dismissed: alarms.length > 0 ? alarms : undefined,
  }
}
