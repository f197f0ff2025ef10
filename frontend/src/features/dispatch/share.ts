import { toFen } from '@/domain/format'
import type { Claim, Claimant, Unit } from '@/domain/types'

/** How much is meant, of what was typed: money in yuan, anything else as a whole number. Null when it is neither. */
export function typedQuantity(typed: string, unit: Unit): number | null {
  if (unit === 'fen') {
    const fen = toFen(typed)
    return fen !== null && fen > 0 ? fen : null
  }
  return /^[1-9]\d{0,8}$/.test(typed.trim()) ? Number(typed) : null
}

/** How it would be typed. */
export const asTyped = (quantity: number, unit: Unit): string => (unit === 'fen' ? String(quantity / 100) : String(quantity))

export type Fault = 'noQuantity' | 'tooMuch' | 'nobody'

export function faultOf(typed: string, unit: Unit, remaining: number, claimant: string | null): Fault | null {
  if (claimant === null) return 'nobody'
  const quantity = typedQuantity(typed, unit)
  if (quantity === null) return 'noQuantity'
  return quantity > remaining ? 'tooMuch' : null
}

const OPEN: readonly Claim['status'][] = ['proposed', 'active', 'delivered']

/** Whoever holds a share of this wish already is not asked again. */
export const holders = (claims: readonly Claim[]): Set<string> => new Set(claims.filter(({ status }) => OPEN.includes(status)).map(({ claimant }) => claimant.id))

export const isFull = ({ open_claims, capacity }: Pick<Claimant, 'open_claims' | 'capacity'>): boolean => open_claims >= capacity
