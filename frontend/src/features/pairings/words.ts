import { dueShort } from '@/domain/due/due'
import { day, number } from '@/domain/format'
import { t } from './messages'
import type { Pairing, Rhythm } from './queries'

/** Whose household, as far as the reader may know. */
export const household = (one: Pairing): string => (one.resident?.name ? t.value.household(one.resident.name) : t.value.someone)

/** What comes next, in one line. */
export function next(one: Pairing): string {
  if (one.due_at == null) return one.ended_at ? day(one.ended_at) : ''
  if (one.missed) return t.value.missedOn(day(one.due_at))
  return one.status === 'proposed' ? t.value.answer(dueShort(one.due_at)) : t.value.next(dueShort(one.due_at))
}

export const last = (one: Pairing): string => (one.last_visited_on ? t.value.last(day(one.last_visited_on)) : t.value.never)

export const every = ({ every: n, unit }: Rhythm): string => t.value.every[unit](number(n))

/** As typed: 1 to 12 months, or 1 to 366 days; none where it is neither. */
export function typedRhythm(typed: string, unit: Rhythm['unit']): Rhythm | null {
  const n = /^\d{1,3}$/.test(typed.trim()) ? Number(typed) : 0
  return n >= 1 && n <= (unit === 'month' ? 12 : 366) ? { every: n, unit } : null
}
