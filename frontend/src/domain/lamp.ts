import type { IconName } from '@/ui/icons'
import type { Claim, PublicWish, ShareStatus, WishStatus } from './types'

/** The five states of the lamp, the one sign of the product. */
export type LampState = 'open' | 'claimed' | 'delivered' | 'lit' | 'closed'

const ofWish: Record<WishStatus, LampState> = {
  draft: 'closed',
  submitted: 'closed',
  open: 'open',
  claimed: 'claimed',
  delivered: 'delivered',
  fulfilled: 'lit',
  declined: 'closed',
  withdrawn: 'closed',
}

const ofClaim: Record<Claim['status'], LampState> = {
  proposed: 'open',
  active: 'claimed',
  delivered: 'delivered',
  confirmed: 'lit',
  declined: 'closed',
  released: 'closed',
  lapsed: 'closed',
  taken_back: 'closed',
}

export const wishLamp = (status: WishStatus): LampState => ofWish[status]
export const claimLamp = (status: Claim['status']): LampState => ofClaim[status]

export const lampIcon: Record<LampState, IconName> = {
  open: 'clock',
  claimed: 'hand',
  delivered: 'box',
  lit: 'check',
  closed: 'minus',
}

export type Counters = Pick<PublicWish, 'quantity' | 'reserved' | 'delivered' | 'confirmed'>

/** Above five, lamps are no longer counted at a glance and a bar tells it better. */
export const LAMPS_AT_MOST = 5

/** One lamp a share, the furthest first: reserved counts those delivered, and delivered those confirmed. */
export function shareLamps({ quantity, reserved, delivered, confirmed }: Counters): LampState[] {
  return Array.from({ length: quantity }, (_, i) =>
    i < confirmed ? 'lit' : i < delivered ? 'delivered' : i < reserved ? 'claimed' : 'open',
  )
}

/** Where a named share stands: its lamp, and the word of the wish's own state that says the same. */
export const sharePart: Record<ShareStatus, { lamp: LampState; word: WishStatus }> = {
  open: { lamp: 'open', word: 'open' },
  claimed: { lamp: 'claimed', word: 'claimed' },
  delivered: { lamp: 'delivered', word: 'delivered' },
  confirmed: { lamp: 'lit', word: 'fulfilled' },
}
