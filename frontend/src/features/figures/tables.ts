import { t } from './messages'
import type { Board, Definition, Figure } from './queries'
import { figureOf, inWords, type Row } from './show'
import type { Cell } from './tsv'

/** A table as it is taken along: what it is of, and its rows under their heads. */
export interface Table {
  title: string
  /** What its numbers count; none where its rows say so themselves. */
  unit: string
  definition: Definition | undefined
  rows: Cell[][]
}

/** The parts of a figure, each of its whole, beside the period before. */
export function partsTable(figure: Figure, rows: readonly Row[]): Table {
  const earlier = rows.some((row) => row.earlier !== undefined)
  return {
    title: inWords(figure.definition.name),
    unit: t.value.unit[figure.definition.unit],
    definition: figure.definition,
    rows: [
      [t.value.part, t.value.words.numerator, t.value.words.denominator, t.value.rate, ...(earlier ? [t.value.earlier] : [])],
      ...rows.map(({ name, counted, of, earlier: was }) => [name, counted, of, { numerator: counted, denominator: of }, ...(was === undefined ? [] : [was])]),
    ],
  }
}

/** What came and went, month by month. */
export const flowTable = (board: Board): Table => ({
  title: t.value.flow.title,
  unit: t.value.unit.wishes,
  definition: figureOf(board, 'flow')?.definition,
  rows: [
    [t.value.flow.month, t.value.flow.collected, t.value.flow.lit, t.value.flow.ended, t.value.flow.open],
    ...board.months.map((one) => [one.month, one.collected, one.fulfilled, one.ended, one.under_way]),
  ],
})

/** Who was never asked, one level below. */
export const coverageTable = (board: Board): Table => ({
  title: t.value.cover.title,
  unit: t.value.unit.residents,
  definition: figureOf(board, 'coverage')?.definition,
  rows: [
    [t.value.cover.name, t.value.cover.never, t.value.cover.known],
    ...board.below.map(({ organisation, residents: { never, met, reached } }) => [organisation.name, never, never + met + reached]),
  ],
})

/** In what people count: yuan and not fen, hours and not quarters of them. */
const counted = (unit: Definition['unit'], n: number): number => n / ({ fen: 100, quarter_hours: 4 }[unit as string] ?? 1)

/** The number that a figure is told by, as one. */
function told(of: Figure | undefined): Cell {
  if (!of) return null
  const { definition: { unit }, numerator, denominator, p50 } = of
  if (unit === 'days') return p50 ?? null
  if (unit === 'minutes') return denominator ? numerator / denominator : null
  if (denominator !== undefined && denominator !== null) return { numerator, denominator }
  return counted(unit, numerator)
}

/** What that number is: a share, a median, or so many of something. */
const kindOf = ({ definition: { unit }, denominator }: Figure): string =>
  unit === 'days' ? t.value.median : unit !== 'minutes' && denominator !== undefined && denominator !== null ? t.value.rate : t.value.unit[unit]

/** Every figure in one table: its number, what it rests on, and which definition it goes by. */
export const figuresTable = (figures: readonly { figure: Figure; before?: Figure | undefined }[]): Table => ({
  title: t.value.figures,
  unit: '',
  definition: undefined,
  rows: [
    [t.value.name, t.value.value, t.value.unitOf, t.value.earlier, t.value.words.numerator, t.value.words.denominator, t.value.words.sample, t.value.words.exclusions, t.value.nine, t.value.id, t.value.edition],
    ...figures.map(({ figure, before }) => {
      const { definition: { name, unit, id, version }, numerator, denominator, sample, excluded, p90 } = figure
      return [inWords(name), told(figure), kindOf(figure), told(before), counted(unit, numerator), denominator ?? null, sample, excluded, p90 ?? null, id, version]
    }),
  ],
})
