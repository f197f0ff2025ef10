import { byDue, isHot } from '@/domain/due/due'
import { amount, named, portion } from '@/domain/format'
import { claimLamp, type LampState, wishLamp } from '@/domain/lamp'
import type { Claim, Escalation, Wish } from '@/domain/types'
import { t } from './messages'

/** One thing to do, as a line of a queue. */
export interface Job {
  /** In the address: of a wish, an escalation or a claim. */
  id: string
  wishId: string
  title: string
  lamp: LampState
  about: string
  due: string | null
}

const line = (...parts: (string | null | undefined | false)[]): string => parts.filter(Boolean).join(' · ')

export function wishJob(wish: Wish): Job {
  const worker = wish.view === 'worker' ? wish : null
  const shares = wish.quantity > 1 && wish.reserved > 0 && t.value.of(amount(wish.reserved, wish.unit), amount(wish.quantity, wish.unit))
  return {
    id: wish.id,
    wishId: wish.id,
    title: wish.title,
    lamp: wishLamp(wish.status),
    about: line(worker?.holder.name ?? wish.place, named(wish.category), shares),
    due: worker?.due_at ?? null,
  }
}

export function escalationJob(one: Escalation): Job {
  return {
    id: one.id,
    wishId: one.wish.id,
    title: one.wish.title,
    lamp: wishLamp(one.wish.status),
    about: t.value.fromTo(one.from.name, one.to.name),
    due: one.due_at ?? null,
  }
}

export function claimJob(claim: Claim): Job {
  return {
    id: claim.id,
    wishId: claim.wish_id,
    title: claim.wish_title,
    lamp: claimLamp(claim.status),
    about: line(claim.claimant.display_name, portion(claim)),
    due: claim.confirm_by ?? null,
  }
}

/** What the staff of the holder work on: the wall shows them others' wishes too, and those are not theirs. */
export const ours = (wishes: readonly Wish[]): Wish[] => wishes.filter(({ view }) => view === 'worker')

export const dispatchable = (wishes: readonly Wish[]): Wish[] => ours(wishes).filter(({ remaining }) => remaining > 0)

const redSince = (wish: Wish): string | null | undefined => (wish.view === 'worker' ? wish.red_listed_since : null)
export const redListed = (wishes: readonly Wish[]): Wish[] => wishes.filter(redSince)
export const late = (wishes: readonly Wish[]): Wish[] => ours(wishes).filter((wish) => !redSince(wish))

export const inOrder = (jobs: readonly Job[]): Job[] => jobs.toSorted(byDue)

/** How many different wishes wait: one may be in two queues. */
export const different = (queues: readonly (readonly Job[])[]): number => new Set(queues.flat().map(({ wishId }) => wishId)).size

export const hotCount = (jobs: readonly Job[], now = new Date()): number => jobs.filter(({ due }) => due !== null && isHot(due, now)).length

/** The one after or before; at the end it stays. Without a place in the list, the first. */
export function neighbour(jobs: readonly Job[], id: string | null, step: 1 | -1): Job | undefined {
  const at = jobs.findIndex((job) => job.id === id)
  return at < 0 ? jobs[0] : jobs[Math.min(jobs.length - 1, Math.max(0, at + step))]
}

/** Which one to take up when this one is done: the next in the list, else the one before. */
export function following(jobs: readonly Job[], id: string): Job | undefined {
  const at = jobs.findIndex((job) => job.id === id)
  return jobs[at + 1] ?? (at > 0 ? jobs[at - 1] : undefined)
}
