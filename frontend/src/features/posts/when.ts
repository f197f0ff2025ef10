import { dayAndTime } from '@/domain/format'

/** "11 月 22 日 08:00–12:00"; where it goes over midnight, with both days. */
export function span(from: string, to: string): string {
  const [begin, end] = [dayAndTime(from), dayAndTime(to)]
  return begin.slice(0, -5) === end.slice(0, -5) ? `${begin}–${end.slice(-5)}` : `${begin} – ${end}`
}

/** What was typed as a day and a time in China, as an instant. */
export const instant = (day: string, time: string): string => new Date(`${day}T${time}:00+08:00`).toISOString()

/** An instant as the fields of a form in China. */
export function typed(at: string): { day: string; time: string } {
  const there = new Date(Date.parse(at) + 8 * 3_600_000).toISOString()
  return { day: there.slice(0, 10), time: there.slice(11, 16) }
}

/** Hours to the quarter; null where nothing of that sort was typed. */
export function quarters(text: string): number | null {
  const hours = Number(text.trim())
  return text.trim() !== '' && hours >= 0 && Number.isInteger(hours * 4) ? hours : null
}

/** A whole number from `least` on; null for anything else. */
export function count(text: string, least: number): number | null {
  const n = Number(text.trim())
  return text.trim() !== '' && Number.isInteger(n) && n >= least ? n : null
}
