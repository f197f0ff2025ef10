import { money, number, toFen } from '@/domain/format'
import { t } from './messages'

/** What is pledged or was brought, in words: what is nothing is left out. */
export interface Amount {
  wishes?: number | null
  hours?: number | null
  value_fen?: number | null
}

export const said = ({ wishes, hours, value_fen }: Amount): string =>
  [wishes && t.value.unit.wishes(number(wishes)), hours && t.value.unit.hours(number(hours)), value_fen && money(value_fen)].filter(Boolean).join(t.value.and)

/** A whole number that somebody typed: null where nothing was, undefined where it is none. */
export function whole(typed: string): number | null | undefined {
  const text = typed.trim()
  if (text === '') return null
  return /^[1-9]\d{0,11}$/.test(text) ? Number(text) : undefined
}

/** Yuan that somebody typed, in fen: the same two. */
export function fen(typed: string): number | null | undefined {
  if (typed.trim() === '') return null
  const value = toFen(typed)
  return value !== null && value > 0 ? value : undefined
}
