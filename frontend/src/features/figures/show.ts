import { dayAndTime, money, number } from '@/domain/format'
import { currentLocale } from '@/prefs/prefs'
import { t } from './messages'
import type { Board, Definition, Figure, Frozen } from './queries'

/** The definition's words in the language of the page. */
export const inWords = (words: { zh: string; en: string }): string => (currentLocale() === 'en' ? words.en : words.zh)

/** The parts of a definition that say something, in the order in which they are read. */
export function meaning({ numerator, denominator, window, exclusions, sample }: Definition) {
  const parts = { numerator, denominator, window, exclusions, sample }
  return (Object.keys(parts) as (keyof typeof parts)[]).flatMap((name) => {
    const words = parts[name]
    return words ? [{ name, text: inWords(words) }] : []
  })
}

/** Of the board, by id. */
export const figureOf = (board: Board | undefined, id: string): Figure | undefined => board?.figures.find(({ definition }) => definition.id === id)

type Counted = Pick<Frozen | Figure, 'numerator' | 'denominator' | 'p50'>

/** A share in tenths of a percent, where there is something to take a share of. */
export const share = (numerator: number, denominator: number): string =>
  denominator === 0 ? '—' : new Intl.NumberFormat(currentLocale(), { style: 'percent', maximumFractionDigits: 1 }).format(numerator / denominator)

/** The number that a figure is told by: a share, a median of days, an amount or a count. */
export function value(unit: Figure['definition']['unit'], of: Counted): string {
  if (unit === 'days') return of.p50 === null || of.p50 === undefined ? '—' : t.value.days(number(of.p50))
  if (unit === 'minutes') return of.denominator ? t.value.minutes(number(Math.round(of.numerator / of.denominator))) : '—'
  if (of.denominator !== null && of.denominator !== undefined) return share(of.numerator, of.denominator)
  if (unit === 'fen') return money(of.numerator)
  return number(unit === 'quarter_hours' ? of.numerator / 4 : of.numerator)
}

/** What the number rests on: never a figure alone. */
export function basis(of: Figure): string {
  const { numerator, denominator, excluded, sample, p90, definition } = of
  if (definition.unit === 'days') return p90 === undefined || p90 === null ? t.value.sample(number(sample)) : t.value.waits(number(p90), number(sample))
  const counted = denominator === undefined || denominator === null ? t.value.sample(number(sample)) : t.value.ratio(number(numerator), number(denominator))
  return excluded > 0 ? `${counted} · ${t.value.excluded(number(excluded))}` : counted
}

/** Whose figures, of which time, counted up to when. */
export const aboutOf = (board: Board): string => `${t.value.of(board.organisation.name, board.from, board.to)} · ${t.value.asOf(dayAndTime(board.as_of))}`

/** A part of a figure: what it is of, and how many of it there were in the period before, once that has come. */
export interface Row {
  part: string
  name: string
  counted: number
  of: number
  /** Whether the part has a whole of its own. */
  whole: boolean
  earlier: number | undefined
}

export function rowsOf(figure: Figure, before: Figure | undefined, label: (part: string) => string): Row[] {
  const whole = figure.parts.some(({ denominator }) => denominator !== undefined && denominator !== null)
  const rows = figure.parts.map(({ part, numerator, denominator }) => ({
    part,
    name: label(part),
    counted: numerator,
    of: denominator ?? (figure.denominator || figure.numerator),
    whole,
    earlier: before && (before.parts.find((one) => one.part === part)?.numerator ?? 0),
  }))
  return rows.toSorted((a, b) => (whole ? b.of - a.of : 0))
}
