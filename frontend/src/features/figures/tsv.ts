export type Cell = string | number

/** A cell as a spreadsheet takes it from the clipboard: on one line, and never a formula. */
function cell(value: Cell): string {
  const text = String(value).replace(/\s+/g, ' ').trim()
  return typeof value === 'string' && /^[=+\-@]/.test(text) ? `'${text}` : text
}

/** Rows as tab-separated values. */
export const tsv = (rows: readonly (readonly Cell[])[]): string => rows.map((row) => row.map(cell).join('\t')).join('\n')
