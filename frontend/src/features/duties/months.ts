import type { Duty, Progress } from './queries'

export interface Month {
  /** 2026-11 */
  month: string
  /** Days on which something was done. */
  days: string[]
  /** Campaigns that are open in it, where it is not over. */
  ahead: string[]
}

/** The months of a duty, each with what was done in it and what lies ahead. */
export function monthsOf({ from, to }: Pick<Duty, 'from' | 'to'>, { days, ahead }: Pick<Progress, 'days' | 'ahead'>, today: string): Month[] {
  const all: Month[] = []
  let [year = 0, month = 0] = from.split('-').map(Number)
  for (let name = from.slice(0, 7); name <= to.slice(0, 7); name = `${year}-${String(month).padStart(2, '0')}`) {
    all.push({
      month: name,
      days: days.filter((day) => day.startsWith(name)),
      ahead: ahead.filter((one) => today.slice(0, 7) <= name && one.starts_on.slice(0, 7) <= name && name <= one.ends_on.slice(0, 7)).map(({ title }) => title),
    })
    month += 1
    if (month > 12) [year, month] = [year + 1, 1]
  }
  return all
}
