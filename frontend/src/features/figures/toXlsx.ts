import write from 'write-excel-file/universal'
import { type Heading, sheets } from './sheet'
import type { Table } from './tables'

/** Tables as a spreadsheet's file. Loaded when somebody wants one. */
export const toXlsx = (tables: readonly Table[], heading: Heading): Promise<Blob> => write(sheets(tables, heading)).toBlob()
