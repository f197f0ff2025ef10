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
}

export type Fault = 'unanswered' | 'notPassed' | 'noteMissing'

/** What still stands in the way of a decision; the server says the same, only later. */
export function faultOf({ answers, note }: Verdict, decision: Decision): Fault | null {
  if (decision === 'publish') {
    if (ASKS.some((ask) => answers[ask] === undefined)) return 'unanswered'
    return ASKS.every((ask) => answers[ask] === 'yes') ? null : 'notPassed'
  }
  return note.trim() === '' ? 'noteMissing' : null
}

export function toInput({ answers, note, audience }: Verdict, decision: Decision): ReviewInput {
  const [urgent, feasible, practical] = ASKS.map((ask) => answers[ask] === 'yes') as [boolean, boolean, boolean]
  return {
    decision,
    urgent,
    feasible,
    practical,
    note: note.trim() || undefined,
    audience_id: decision === 'publish' && audience ? audience : undefined,
  }
}
