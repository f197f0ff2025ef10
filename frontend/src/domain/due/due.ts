import { day } from '@/domain/format'
import { dueWords } from './messages'

const DAY = 86_400_000
// en-CA writes 2026-11-23.
const china = new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Shanghai', year: 'numeric', month: '2-digit', day: '2-digit' })

/** The calendar day of China on which an instant falls, as 2026-11-23. */
export const chinaDay = (value: string | Date): string => (typeof value === 'string' && value.length === 10 ? value : china.format(new Date(value)))

/** Whole calendar days until then, in China; negative when it has passed. */
export const daysUntil = (value: string, now = new Date()): number => Math.round((Date.parse(chinaDay(value)) - Date.parse(chinaDay(now))) / DAY)

const isPast = (value: string, now: Date): boolean => (value.length === 10 ? daysUntil(value, now) < 0 : new Date(value) < now)

/** Due today, or too late already. */
export const isHot = (value: string, now = new Date()): boolean => daysUntil(value, now) <= 0 || isPast(value, now)

/** For the narrow column of a list. */
export function dueShort(value: string, now = new Date()): string {
  if (isPast(value, now)) return dueWords.value.late(day(value, now))
  const left = daysUntil(value, now)
  return left === 0 ? dueWords.value.today : left === 1 ? dueWords.value.tomorrow : day(value, now)
}

/** For a tag, as a sentence. */
export function dueLong(value: string, now = new Date()): string {
  if (isPast(value, now)) return dueWords.value.dueLate(day(value, now))
  const left = daysUntil(value, now)
  return left === 0 ? dueWords.value.dueToday : left === 1 ? dueWords.value.dueTomorrow : dueWords.value.dueBy(day(value, now))
}

/** What is due first comes first; what has no date comes last. */
export const byDue = (a: { due: string | null }, b: { due: string | null }): number => (a.due ?? '9').localeCompare(b.due ?? '9')
