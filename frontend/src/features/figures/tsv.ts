import { share } from './show'

/** A count of a whole. */
export interface Ratio {
  numerator: number
  denominator: number
}

/** Nothing, where there is nothing to tell. */
export type Cell = string | number | Ratio | null

/** A spreadsheet takes a text that begins like this for a formula, once somebody edits it. */
export const plain = (text: string): string => (/^[=+\-@]/.test(text) ? `'${text}` : text)

/** A cell as a spreadsheet takes it from the clipboard: on one line, and never a formula. */
function cell(value: Cell): string {
  if (typeof value === 'object') return value === null ? '' : share(value.numerator, value.denominator)
  const text = String(value).replace(/\s+/g, ' ').trim()
  return typeof value === 'string' ? plain(text) : text
}

/** Rows as tab-separated values. */
export const tsv = (rows: readonly (readonly Cell[])[]): string => rows.map((row) => row.map(cell).join('\t')).join('\n')
