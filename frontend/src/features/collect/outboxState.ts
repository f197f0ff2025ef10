import { ApiError } from '@/api/error'
import { sayRefusal } from '@/domain/refusals'
import type { Item } from '@/offline/item'
import type { Standing } from '@/offline/engine'

export type State = 'waiting' | 'partly' | 'sending' | 'fix' | 'held' | 'sign_in'

/** How one of the outbox stands, and what is to be said of it. */
export function stateOf({ trouble, wish }: Pick<Item, 'trouble' | 'wish'>, sending: boolean, standing: Standing): { state: State; why: string } {
  if (trouble?.at === 'held') return { state: 'held', why: '' }
  if (trouble) {
    const said = sayRefusal(new ApiError(422, trouble.code, trouble.detail))
    return { state: 'fix', why: trouble.errors[0]?.detail ?? `${said.head}${said.rest}` }
  }
  if (sending) return { state: 'sending', why: '' }
  if (standing === 'signed_out') return { state: 'sign_in', why: '' }
  // A part of it has arrived; the rest follows.
  return { state: wish ? 'partly' : 'waiting', why: '' }
}
