import type { BodyOf } from '@/api/shapes'

export type CalendarInput = BodyOf<'/api/v1/calendar/{year}', 'put'>
export type CalendarDay = CalendarInput['days'][number]

const at = (date: string): Date => new Date(`${date}T00:00:00Z`)
const isWeekend = (date: string): boolean => [0, 6].includes(at(date).getUTCDay())

/** A day of this year, as a date field gives it. */
export const isOf = (year: number, date: string): boolean => /^\d{4}-\d{2}-\d{2}$/.test(date) && date.startsWith(`${year}-`)

/** Each day from one to the other, both included; none where they are the wrong way round. */
function span(from: string, to: string): string[] {
  const days: string[] = []
  for (let day = at(from); day <= at(to); day = new Date(day.getTime() + 86_400_000)) days.push(day.toISOString().slice(0, 10))
  return days
}

/** A notice names whole holidays ("2 月 15 日至 23 日"); written down is what differs from the week. */
export const holiday = (from: string, to: string, name: string): CalendarDay[] =>
  span(from, to).filter((date) => !isWeekend(date)).map((date) => ({ date, working: false, name }))

/** A weekend day that is worked; none for a weekday, which is worked anyway. */
export const makeUp = (date: string, name: string): CalendarDay[] => (isWeekend(date) ? [{ date, working: true, name }] : [])

/** With more days, each once, in order; what is added last counts. */
export function withDays(days: readonly CalendarDay[], more: readonly CalendarDay[]): CalendarDay[] {
  const all = new Map([...days, ...more].map((one) => [one.date, one]))
  return [...all.values()].sort((a, b) => a.date.localeCompare(b.date))
}

/** How many days of the year are worked. */
export function worked(year: number, days: readonly CalendarDay[]): number {
  const special = new Map(days.map((one) => [one.date, one.working]))
  return span(`${year}-01-01`, `${year}-12-31`).filter((date) => special.get(date) ?? !isWeekend(date)).length
}
