import type { DeliveryInput } from '@/data/claims'
import { toFen } from '@/domain/format'
import { t } from './messages'

/** A delivery as it is being typed. */
export interface Line {
  key: number
  name: string
  quantity: string
  value: string
}

let lastKey = 0

export const blank = (): Line => ({ key: ++lastKey, name: '', quantity: '1', value: '' })

export interface Draft {
  lines: Line[]
  hours: string
  note: string
}

/** What is wrong, by the pointer that the API would use for the same thing. */
export type Faults = Record<string, string>

/** What is wrong with the things in a list; `at` is the pointer to what holds it. */
export function checkLines(lines: readonly Line[], at: string, faults: Faults): void {
  const { deliver } = t.value
  lines.forEach((line, i) => {
    if (line.name.trim() === '') faults[`${at}/items/${i}/name`] = deliver.nameMissing
    if (!/^[1-9]\d{0,5}$/.test(line.quantity.trim())) faults[`${at}/items/${i}/quantity`] = deliver.quantityWrong
    if (line.value.trim() !== '' && toFen(line.value) === null) faults[`${at}/items/${i}/value_fen`] = deliver.valueWrong
  })
}

export function checkHours(hours: string, faults: Faults): void {
  if (hours.trim() !== '' && !/^\d{1,4}(\.\d)?$/.test(hours.trim())) faults['/hours'] = t.value.deliver.hoursWrong
}

export function check({ lines, hours }: Draft): Faults {
  const faults: Faults = {}
  checkLines(lines, '', faults)
  checkHours(hours, faults)
  return faults
}

export const toItems = (lines: readonly Line[]): NonNullable<DeliveryInput['items']> =>
  lines.map((line) => ({ name: line.name.trim(), quantity: Number(line.quantity), value_fen: toFen(line.value) }))

export const toHours = (hours: string): number | null => (hours.trim() === '' ? null : Number(hours))

export const toInput = ({ lines, hours, note }: Draft, photos: readonly string[] = []): DeliveryInput => ({
  items: toItems(lines),
  hours: toHours(hours),
  note: note.trim() || null,
  attachment_ids: [...photos],
})
