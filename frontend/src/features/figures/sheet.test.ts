import read from 'read-excel-file/universal'
import { expect, test } from 'vitest'
import type { Definition } from './queries'
import type { Table } from './tables'
import { toXlsx } from './toXlsx'
import { zip } from './zip'

const words = (zh: string) => ({ zh, en: zh })
const definition: Definition = { id: 'by_level', version: 2, unit: 'wishes', name: words('按层级'), numerator: words('点亮的'), denominator: words('记下的'), window: words('按月'), exclusions: words('无'), sample: words('同分母') }
const table: Table = { title: '按层级', unit: '件', definition, rows: [['哪一项', '分子', '比例', '前一时段'], ['村社区', 3, { numerator: 3, denominator: 8 }, 0], ['=村()', 0, { numerator: 0, denominator: 0 }, null]] }
const heading = { organisation: '七星区及所辖', covers: '2026-01 至 2026-11', compiler: '管理员', made: '11 月 24 日 07:30' }

test('read again it says whose it is, of when, who made it, in what it counts, and what it means; numbers are numbers', async () => {
  const [first, second] = await read(await toXlsx([table, { ...table, title: '按:层级/', unit: '', definition: undefined }], heading))
  expect(first?.sheet).toBe('按层级')
  expect(first?.data).toEqual([
    ['按层级', null, null, null],
    ['填报单位：七星区及所辖　　单位：件', null, null, null],
    ['范围：2026-01 至 2026-11　　填表人：管理员　　制表时间：11 月 24 日 07:30', null, null, null],
    ['哪一项', '分子', '比例', '前一时段'],
    ['村社区', 3, 0.375, 0],
    ["'=村()", 0, '—', null],
    ['口径：按层级（by_level，第 2 版）', null, null, null],
    ['分子：点亮的', null, null, null],
    ['分母：记下的', null, null, null],
    ['时段：按月', null, null, null],
    ['不计：无', null, null, null],
    ['样本：同分母', null, null, null],
  ])
  expect(second?.sheet).toBe('按 层级 ')
  expect(second?.data.at(-1)?.[0]).toBe("'=村()")
})

test('two tables of one name are two sheets', async () => {
  expect((await read(await toXlsx([table, table], heading))).map(({ sheet }) => sheet)).toEqual(['按层级', '按层级 2'])
})

test('a table above 160 kB is packed without a worker, which the served policy forbids', async () => {
  // Node's own fflate would start a thread, so what is asked is which one write-excel-file is given.
  expect((await import('fflate')).zip).toBe(zip)
  const rows = Array.from({ length: 6000 }, (_, n) => [`第${n}村`, n, { numerator: n, denominator: 6000 }, 0])
  const [first] = await read(await toXlsx([{ ...table, rows: [table.rows[0] ?? [], ...rows] }], heading))
  expect(first?.data.length).toBeGreaterThan(6000)
})
