import type { TaskCounts, TaskKind } from '@/data/tasks'
import type { Role } from '@/domain/types'
import type { zh } from './messages'

/** A part of the day's page: some kinds of tasks, and where all of them are. */
export interface Section {
  name: keyof typeof zh.section
  kinds: readonly TaskKind[]
  /** The address of the whole list. */
  list: string
  /** Whoever has one of these roles sees the part even when nothing waits. */
  always: readonly Role[]
}

const leads: readonly Role[] = ['coordinator', 'admin']

/** In the order in which the day is done. */
export const sections: readonly Section[] = [
  { name: 'review', kinds: ['review'], list: '/console/review', always: ['reviewer', ...leads] },
  { name: 'dispatch', kinds: ['dispatch'], list: '/console/dispatch', always: leads },
  { name: 'due', kinds: ['wish_overdue', 'wish_due_soon'], list: '/account/tasks', always: leads },
  { name: 'escalations', kinds: ['accept_escalation'], list: '/console/escalations', always: leads },
  { name: 'red', kinds: ['red_list'], list: '/console/red', always: leads },
  { name: 'confirm', kinds: ['confirm'], list: '/console/confirm', always: [] },
  { name: 'checks', kinds: ['spot_check'], list: '/account/tasks', always: [] },
  { name: 'visits', kinds: ['visits_lapsed'], list: '/console/pairings', always: [] },
  { name: 'applications', kinds: ['answer_application'], list: '/console/applications', always: [] },
  { name: 'referrals', kinds: ['answer_referral', 'send_referral', 'referral_overdue'], list: '/console/referrals', always: [] },
  { name: 'allocations', kinds: ['approve_allocation'], list: '/console/pools', always: [] },
  { name: 'exports', kinds: ['approve_export'], list: '/console/exports', always: [] },
  { name: 'hosting', kinds: ['answer_hosting'], list: '/console/campaigns', always: [] },
  { name: 'returned', kinds: ['returned'], list: '/account/tasks', always: [] },
  { name: 'claims', kinds: ['called', 'accept_dispatch', 'claim_overdue', 'claim_due_soon'], list: '/mine', always: [] },
  { name: 'pairings', kinds: ['accept_pairing', 'visit_due'], list: '/mine', always: [] },
]

/** How many of these kinds wait; beyond what is counted, "99+". */
export function countOf(counts: TaskCounts | undefined, kinds: readonly TaskKind[]): { count: number; more: boolean } {
  const of = counts?.items.filter(({ kind }) => kinds.includes(kind)) ?? []
  return { count: of.reduce((sum, one) => sum + one.count, 0), more: of.some(({ more }) => more) }
}

export const badge = ({ count, more }: { count: number; more: boolean }): string => `${count}${more ? '+' : ''}`
