import { currentLocale } from '@/prefs/prefs'
import type { SheetData } from 'write-excel-file/universal'
import { t } from './messages'
import { inWords, meaning } from './show'
import type { Table } from './tables'
import { type Cell, plain } from './tsv'

/** What stands above the rows of every table that is handed on. */
export interface Heading {
  /** Whose. */
  organisation: string
  /** Of which time, counted up to when. */
  covers: string
  compiler: string
  made: string
}

export interface Sheet {
  sheet: string
  data: SheetData
  columns: { width: number }[]
  stickyRowsCount: number
  orientation: 'landscape'
}

/** The title, two lines about it, and the head. */
const ABOVE = 4
const EDGE = { borderStyle: 'thin' } as const

/** How wide a cell is, in widths of a digit. */
const wide = (cell: Cell): number => (typeof cell === 'object' ? 6 : [...String(cell)].reduce((sum, sign) => sum + (sign.charCodeAt(0) < 0x2e80 ? 1 : 2), 0))

/** A name that a spreadsheet takes for a sheet. */
const named = (title: string, taken: readonly string[]): string => {
  const short = title.replace(/[[\]:*?/\\]/g, ' ').slice(0, 28)
  return taken.includes(short) ? `${short} ${taken.length + 1}` : short
}

function put(cell: Cell): SheetData[number][number] {
  if (cell === null) return { value: undefined, ...EDGE }
  if (typeof cell === 'number') return { value: cell, type: Number, ...EDGE }
  if (typeof cell === 'string') return { value: plain(cell), type: String, ...EDGE }
  const { numerator, denominator } = cell
  return denominator === 0 ? { value: '—', type: String, align: 'right', ...EDGE } : { value: numerator / denominator, type: Number, format: '0.0%', ...EDGE }
}

/** A table as offices hand it on: title, whose, what it covers, who made it and when, its unit; below it, what it means. */
function sheetOf({ title, unit, definition, rows: [head = [], ...rows] }: Table, { organisation, covers, compiler, made }: Heading, taken: readonly string[]): Sheet {
  const across = Array.from({ length: head.length - 1 }, () => null)
  const notes = definition
    ? [t.value.sheet.definition(inWords(definition.name), definition.id, String(definition.version)), ...meaning(definition).map(({ name, text }) => t.value.take.note(t.value.words[name], text))]
    : []
  const says = [t.value.sheet.of(organisation), ...(unit === '' ? [] : [t.value.sheet.unit(unit)])].join(currentLocale() === 'en' ? '  ' : '　　')
  return {
    sheet: named(title, taken),
    data: [
      [{ value: title, fontWeight: 'bold', fontSize: 16, align: 'center', columnSpan: head.length, height: 28 }, ...across],
      [{ value: says, columnSpan: head.length }, ...across],
      [{ value: t.value.sheet.line(covers, compiler, made), columnSpan: head.length }, ...across],
      head.map((name) => ({ value: String(name), type: String, fontWeight: 'bold', align: 'center', wrap: true, ...EDGE })),
      ...rows.map((row) => row.map(put)),
      ...notes.map((note) => [{ value: plain(note), type: String }]),
    ],
    columns: head.map((_, at) => ({ width: Math.min(40, Math.max(10, ...[head, ...rows].map((row) => wide(row[at] ?? null) + 2))) })),
    stickyRowsCount: ABOVE,
    orientation: 'landscape',
  }
}

/** A sheet for each table, each with a name of its own. */
export function sheets(tables: readonly Table[], heading: Heading): Sheet[] {
  return tables.reduce<Sheet[]>((made, table) => [...made, sheetOf(table, heading, made.map(({ sheet }) => sheet))], [])
}
