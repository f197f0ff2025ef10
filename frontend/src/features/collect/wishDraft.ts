import type { NewWish } from '@/data/collecting'
import { chinaDay } from '@/domain/due/due'
import { toFen } from '@/domain/format'
import type { Unit, WorkerWish } from '@/domain/types'
import { t } from './messages'
import type { WishPatch } from './queries'
import { telltales } from './telltale'

/** A wish as it is being typed. Everything is text, as in the fields. */
export interface WishDraft {
  title: string
  details: string
  public_summary: string
  category: string
  skill: string
  quantity: string
  /** What each share is, one a line; empty where they are alike. */
  shares: string
  unit: Unit
  cost: string
  needed_by: string
  channel: NewWish['channel']
  told_by: NonNullable<NewWish['told_by']>
  told_by_note: string
}

export const blankWish = (): WishDraft => ({
  title: '',
  details: '',
  public_summary: '',
  category: '',
  skill: '',
  quantity: '1',
  shares: '',
  unit: 'item',
  cost: '',
  needed_by: '',
  channel: 'home_visit',
  told_by: 'self',
  told_by_note: '',
})

const yuan = (fen: number): string => (fen % 100 === 0 ? String(fen / 100) : (fen / 100).toFixed(2))

export const draftOf = (wish: WorkerWish): WishDraft => ({
  title: wish.title,
  details: wish.details ?? '',
  public_summary: wish.summary,
  category: wish.category.code,
  skill: wish.skill ?? '',
  quantity: wish.unit === 'fen' ? yuan(wish.quantity) : String(wish.quantity),
  shares: (wish.shares ?? []).map(({ title }) => title).join('\n'),
  unit: wish.unit,
  cost: wish.estimated_cost_fen == null ? '' : yuan(wish.estimated_cost_fen),
  needed_by: wish.needed_by ?? '',
  channel: wish.channel ?? 'home_visit',
  told_by: wish.told_by ?? 'self',
  told_by_note: wish.told_by_note ?? '',
})

/** What is wrong, by the pointer that the API would use for the same thing. */
export type Faults = Record<string, string>

/** While it is being put right: what has been told and is still wrong. Nothing new is told before the next try. */
export const stillWrong = (told: Faults, now: Faults): Faults => Object.fromEntries(Object.entries(now).filter(([pointer]) => pointer in told))

/** Shares with names are things or visits. */
export const SHARED_UNITS: readonly Unit[] = ['item', 'visit']

/** What the shares are called, where they have names. */
export const namedShares = ({ shares }: WishDraft): string[] => shares.split('\n').map((line) => line.trim()).filter(Boolean)

function quantityOf(draft: WishDraft): number | null {
  const { quantity, unit } = draft
  const named = namedShares(draft).length
  if (named > 0) return named
  if (unit === 'fen') return toFen(quantity) || null
  return /^[1-9]\d{0,8}$/.test(quantity.trim()) ? Number(quantity) : null
}

export function checkWish(draft: WishDraft, names: readonly string[], now = new Date()): Faults {
  const faults: Faults = {}
  const { fault } = t.value
  if (draft.title.trim().length < 2) faults['/title'] = fault.title
  if (draft.category === '') faults['/category'] = fault.category
  if (quantityOf(draft) === null) faults['/quantity'] = draft.unit === 'fen' ? fault.money : fault.quantity
  const named = namedShares(draft)
  const misnamed = named.length > 0 && (named.length < 2 || named.length > 5 || new Set(named).size < named.length || named.some((one) => one.length < 2 || one.length > 30))
  if (misnamed) faults['/shares'] = fault.shares
  if (named.some((one) => telltales(one, names).length > 0)) faults['/shares'] = fault.telltaleTitle
  if (named.length > 0 && !SHARED_UNITS.includes(draft.unit)) faults['/unit'] = fault.sharedUnit
  if (draft.cost.trim() !== '' && toFen(draft.cost) === null) faults['/estimated_cost_fen'] = fault.money
  if (draft.needed_by !== '' && draft.needed_by < chinaDay(now)) faults['/needed_by'] = fault.past
  if (draft.public_summary.trim().length < 2) faults['/public_summary'] = fault.summary
  const told = telltales(draft.public_summary, names).length
  if (told > 0) faults['/public_summary'] = fault.telltale(String(told))
  if (telltales(draft.title, names).length > 0) faults['/title'] = fault.telltaleTitle
  return faults
}

const given = (text: string): string | undefined => text.trim() || undefined

export const toWish = (draft: WishDraft, beneficiary_id: string, organisation_id: string): NewWish => ({
  beneficiary_id,
  organisation_id,
  title: draft.title.trim(),
  details: given(draft.details),
  public_summary: draft.public_summary.trim(),
  category: draft.category,
  skill: given(draft.skill),
  quantity: quantityOf(draft) ?? 0,
  ...(namedShares(draft).length > 0 && { shares: namedShares(draft) }),
  unit: draft.unit,
  estimated_cost_fen: toFen(draft.cost) ?? undefined,
  needed_by: given(draft.needed_by),
  channel: draft.channel,
  told_by: draft.told_by,
  told_by_note: given(draft.told_by_note),
})

/** The fields in which two drafts differ. */
export const changed = (from: WishDraft, to: WishDraft): (keyof WishDraft)[] =>
  (Object.keys(from) as (keyof WishDraft)[]).filter((key) => from[key].trim() !== to[key].trim())

/** Only what was changed: what somebody else changed meanwhile in another field stays theirs. Emptied means cleared. */
export function toPatch(from: WishDraft, to: WishDraft): WishPatch {
  const keys = new Set(changed(from, to))
  const whole = toWish(to, '', '')
  const patch: WishPatch = {}
  for (const key of ['title', 'public_summary', 'category', 'channel', 'told_by'] as const) if (keys.has(key)) Object.assign(patch, { [key]: whole[key] })
  for (const key of ['details', 'skill', 'needed_by', 'told_by_note'] as const) if (keys.has(key)) Object.assign(patch, { [key]: whole[key] ?? null })
  if (keys.has('cost')) patch.estimated_cost_fen = whole.estimated_cost_fen ?? null
  // A quantity is nothing without its unit, nor without what its shares are.
  if (keys.has('quantity') || keys.has('unit') || keys.has('shares')) Object.assign(patch, { quantity: whole.quantity, unit: whole.unit })
  if (keys.has('shares')) patch.shares = whole.shares ?? null
  return patch
}
