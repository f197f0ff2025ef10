import type { LocationQuery, LocationQueryRaw } from 'vue-router'
import type { Queue } from '@/domain/work/queue'

const narrowed: Partial<Record<Queue, LocationQueryRaw>> = {
  review: { status: 'submitted' },
  dispatch: { status: 'open' },
  overdue: { overdue: 'true' },
  drafts: { status: 'draft' },
}

/** What the wishes of a queue are asked for with as a file; nothing for a queue that is no list of wishes. */
export function takenOut(queue: Queue, query: LocationQuery): LocationQueryRaw | undefined {
  const found = queue === 'search' ? { q: query['q'] } : narrowed[queue]
  return found && { subject: 'wishes', ...found }
}
