/** The months that the figures are of: from one to another, both included, as 2026-11. */
export interface Window {
  from: string
  to: string
}

export type Period = 'year' | 'quarter' | 'month' | 'last'

/** How many months it is since the year 0, and back. */
const ordinal = (date: string): number => Number(date.slice(0, 4)) * 12 + Number(date.slice(5, 7)) - 1
const month = (n: number): string => `${Math.floor(n / 12)}-${String((n % 12) + 1).padStart(2, '0')}`

/** A period up to this day, in China; `last` is the month before, which is over. */
export function windowOf(period: Period, today: string): Window {
  const now = ordinal(today)
  const back = { year: now % 12, quarter: now % 3, month: 0, last: 1 }[period]
  return { from: month(now - back), to: month(period === 'last' ? now - 1 : now) }
}

/** As many months, just before. */
export function before({ from, to }: Window): Window {
  const [first, last] = [ordinal(from), ordinal(to)]
  return { from: month(first - (last - first + 1)), to: month(first - 1) }
}
