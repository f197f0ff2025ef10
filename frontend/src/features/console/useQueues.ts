import { useQuery } from '@tanstack/vue-query'
import { computed, type ComputedRef, reactive } from 'vue'
import { useRoute } from 'vue-router'
import { pendingEscalationsQuery } from '@/data/escalations'
import type { Merged } from '@/data/merged'
import type { Role, Wish } from '@/domain/types'
import type { Queue } from '@/domain/work/queue'
import { rootsOf } from '@/session/roots'
import { hasRole } from '@/session/session'
import { claimJob, dispatchable, escalationJob, inOrder, type Job, late, ours, redListed, wishJob } from './jobs'
import { deliveredClaimsQuery, foundWishesQuery, heldWishesQuery } from './queries'

const readers: readonly Role[] = ['collector', 'reviewer', 'coordinator', 'admin', 'auditor']

/** Whose work each queue is, in the order in which the day is done. The auditor looks at all and changes nothing. */
const tiles: readonly { queue: Queue; roles: readonly Role[] }[] = [
  { queue: 'review', roles: ['reviewer', 'coordinator', 'admin', 'auditor'] },
  { queue: 'escalations', roles: ['coordinator', 'admin', 'auditor'] },
  { queue: 'dispatch', roles: ['coordinator', 'admin', 'auditor'] },
  { queue: 'overdue', roles: readers },
  { queue: 'confirm', roles: readers },
  { queue: 'drafts', roles: ['collector'] },
  { queue: 'red', roles: readers },
]

export interface Filled {
  queue: Queue
  jobs: Job[]
  more: boolean
  loading: boolean
  error: unknown
  busy: boolean
  updatedAt: number
  again: () => unknown
}

const rolesOf = (queue: Queue): readonly Role[] => tiles.find((tile) => tile.queue === queue)?.roles ?? readers

/** All queues of the person in front, each with its jobs, the most urgent first. */
export function useQueues(): { shown: ComputedRef<Filled[]>; of: (queue: Queue) => Filled } {
  const route = useRoute()
  const mine = (queue: Queue) => hasRole(rolesOf(queue))
  const held = (queue: Queue, which: Parameters<typeof heldWishesQuery>[1]) =>
    useQuery(() => ({ ...heldWishesQuery(rootsOf(rolesOf(queue)), which), enabled: mine(queue) }))

  const submitted = held('review', { status: 'submitted' })
  const open = held('dispatch', { status: 'open' })
  const overdue = held('overdue', { overdue: true })
  const drafts = held('drafts', { status: 'draft' })
  const escalations = useQuery(() => ({ ...pendingEscalationsQuery(rootsOf(rolesOf('escalations'))), enabled: mine('escalations') }))
  const delivered = useQuery(() => deliveredClaimsQuery())
  const q = computed(() => String(route.query['q'] ?? ''))
  const found = useQuery(() => ({ ...foundWishesQuery(q.value), enabled: q.value !== '' }))

  interface Asked<T> {
    data: { value: Merged<T> | undefined }
    error: { value: unknown }
    isPending: { value: boolean }
    isFetching: { value: boolean }
    dataUpdatedAt: { value: number }
    refetch: () => unknown
  }

  const filled = <T>(queue: Queue, asked: Asked<T>, jobs: (items: T[]) => Job[]): Filled =>
    reactive({
      queue,
      jobs: computed(() => jobs(asked.data.value?.items ?? [])),
      more: computed(() => asked.data.value?.more ?? false),
      loading: computed(() => asked.isPending.value && asked.error.value === null),
      error: computed(() => (asked.data.value ? null : asked.error.value)),
      busy: computed(() => asked.isFetching.value),
      updatedAt: computed(() => asked.dataUpdatedAt.value),
      again: () => asked.refetch(),
    })

  const wishes = (keep: (all: readonly Wish[]) => Wish[]) => (items: Wish[]) => inOrder(keep(items).map(wishJob))
  const all = {
    review: filled('review', submitted, wishes(ours)),
    escalations: filled('escalations', escalations, (items) => inOrder(items.map(escalationJob))),
    dispatch: filled('dispatch', open, wishes(dispatchable)),
    overdue: filled('overdue', overdue, wishes(late)),
    confirm: filled('confirm', delivered, (items) => inOrder(items.map(claimJob))),
    red: filled('red', overdue, wishes(redListed)),
    drafts: filled('drafts', drafts, wishes(ours)),
    search: filled('search', found, (items) => items.map(wishJob)),
  } satisfies Record<Queue, Filled>

  return { shown: computed(() => tiles.filter(({ queue }) => mine(queue)).map(({ queue }) => all[queue])), of: (queue) => all[queue] }
}
