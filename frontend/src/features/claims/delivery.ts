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

export interface Draft {
  lines: Line[]
  hours: string
  note: string
}

/** What is wrong, by the pointer that the API would use for the same thing. */
export type Faults = Record<string, string>

export function check({ lines, hours }: Draft): Faults {
  const faults: Faults = {}
  const { deliver } = t.value
  lines.forEach((line, i) => {
    if (line.name.trim() === '') faults[`/items/${i}/name`] = deliver.nameMissing
    if (!/^[1-9]\d{0,5}$/.test(line.quantity.trim())) faults[`/items/${i}/quantity`] = deliver.quantityWrong
    if (line.value.trim() !== '' && toFen(line.value) === null) faults[`/items/${i}/value_fen`] = deliver.valueWrong
  })
  if (hours.trim() !== '' && !/^\d{1,4}(\.\d)?$/.test(hours.trim())) faults['/hours'] = deliver.hoursWrong
  return faults
}

export const toInput = ({ lines, hours, note }: Draft, photos: readonly string[] = []): DeliveryInput => ({
  items: lines.map((line) => ({ name: line.name.trim(), quantity: Number(line.quantity), value_fen: toFen(line.value) })),
  hours: hours.trim() === '' ? null : Number(hours),
  note: note.trim() || null,
  attachment_ids: [...photos],
})
