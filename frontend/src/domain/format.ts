import { currentLocale } from '@/prefs/prefs'
import { words } from './messages'
import type { Unit } from './types'

/** One country, one clock: a wish is due on the same day whoever looks, from wherever. */
const ZONE = 'Asia/Shanghai'

const parts = new Intl.DateTimeFormat('en-u-nu-latn', { timeZone: ZONE, year: 'numeric', month: 'numeric', day: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })

interface Moment {
  year: string
  month: string
  day: string
  time: string
}

function moment(at: Date): Moment {
  const found: Record<string, string> = {}
  for (const part of parts.formatToParts(at)) found[part.type] = part.value
  return { year: found['year'] ?? '', month: found['month'] ?? '', day: found['day'] ?? '', time: `${found['hour']}:${found['minute']}` }
}

/** A plain date (2026-12-04) is that day in China, not midnight in Greenwich seen from elsewhere. */
const instant = (value: string): Date => new Date(value.length === 10 ? `${value}T12:00:00+08:00` : value)

/** "11 月 23 日", with the year only when it is another one. */
export function day(value: string, now = new Date()): string {
  const at = moment(instant(value))
  return words.value.day(at.year === moment(now).year ? '' : at.year, at.month, at.day)
}

export const weekday = (value: string): string =>
  new Intl.DateTimeFormat(currentLocale(), { timeZone: ZONE, weekday: 'short' }).format(instant(value))

export const dayAndWeekday = (value: string): string => words.value.dayAndWeekday(day(value), weekday(value))

export const dayAndTime = (value: string): string => `${day(value)} ${moment(instant(value)).time}`

/** The three lines of a calendar leaf. */
export function leaf(value: string): { weekday: string; day: string; month: string } {
  const at = moment(instant(value))
  return { weekday: weekday(value), day: at.day, month: words.value.monthOnly(at.month) }
}

/** The hour of the day in China, for a greeting. */
export const hourOfDay = (now = new Date()): number => Number(moment(now).time.slice(0, 2))

export const number = (value: number): string => new Intl.NumberFormat(currentLocale()).format(value)

/** Money is kept in fen; people read yuan, with the fen only where there are any. */
export function money(fen: number): string {
  const digits = fen % 100 === 0 ? 0 : 2
  const yuan = new Intl.NumberFormat(currentLocale(), { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(fen / 100)
  return words.value.money(yuan)
}

/** What a person typed as yuan, in fen; null when it is no amount. */
export function toFen(typed: string): number | null {
  const text = typed.trim()
  if (!/^\d{1,9}(\.\d{1,2})?$/.test(text)) return null
  const [yuan = '0', rest = ''] = text.split('.')
  return Number(yuan) * 100 + Number(rest.padEnd(2, '0'))
}

export const amount = (quantity: number, unit: Unit): string =>
  unit === 'fen' ? money(quantity) : words.value.amount[unit](number(quantity))

/** How much, or what it is where the shares have names. */
export const portion = (of: { quantity: number; unit: Unit; shares?: readonly (string | { title: string })[] }): string =>
  of.shares?.length ? of.shares.map((one) => (typeof one === 'string' ? one : one.title)).join(words.value.shares.and) : amount(of.quantity, of.unit)

/** The name of a category in the reader's language; not every one has an English name. */
export const named = (category: { name_zh: string; name_en?: string | null }): string =>
  currentLocale() === 'en' ? (category.name_en ?? category.name_zh) : category.name_zh
