import type { PacksInput } from '@/data/claims'
import { checkHours, checkLines, type Draft, type Faults, type Line, toHours, toItems } from './delivery'
import { t } from './messages'

/** What is brought for several claims, as it is being typed: the same for all, and to each its own. */
export interface Packs extends Draft {
  claims: string[]
  own: Record<string, Line[]>
}

const ownOf = ({ own }: Packs, claim: string): Line[] => own[claim] ?? []

/** How many of a thing each receives; null where it does not come out even. */
export function forEach({ claims }: Packs, line: Line): number | null {
  const each = Number(line.quantity) / claims.length
  return Number.isInteger(each) && each > 0 ? each : null
}

export function checkPacks(packs: Packs): Faults {
  const faults: Faults = {}
  if (packs.claims.length === 0) faults['/claims'] = t.value.packs.nobody
  checkLines(packs.lines, '', faults)
  packs.lines.forEach((line, i) => {
    const at = `/items/${i}/quantity`
    if (!faults[at] && packs.claims.length > 0 && forEach(packs, line) === null) faults[at] = t.value.packs.uneven(String(packs.claims.length))
  })
  packs.claims.forEach((claim, i) => checkLines(ownOf(packs, claim), `/claims/${i}`, faults))
  checkHours(packs.hours, faults)
  return faults
}

export const toPacks = (packs: Packs): PacksInput => ({
  note: packs.note.trim() || null,
  items: toItems(packs.lines),
  hours: toHours(packs.hours),
  claims: packs.claims.map((claim) => ({ claim_id: claim, items: toItems(ownOf(packs, claim)) })),
})
