import type { Difference, Statement } from './queries'

/** Where a statement stands, for whoever looks after the books: what asks for them comes first. */
export type Standing = 'running' | 'open' | 'apart' | 'clear'

export function standing({ status, open, apart }: Statement): Standing {
  if (status === 'running') return 'running'
  if (open > 0) return 'open'
  return apart.count !== 0 || apart.total_fen !== 0 ? 'apart' : 'clear'
}

/** The row of the file; what the file passes over has none. */
export const rowOf = ({ number, outcome }: Difference): number | null => (outcome === 'missing_there' ? null : number)

/** What was booked is in order: nobody has to look at it. */
export const isOpen = ({ outcome, settled_at }: Difference): boolean => !settled_at && outcome !== 'missing_here'
