import { queryOptions } from '@tanstack/vue-query'
import { api, unwrap } from '@/api/client'
import type { Escalation } from '@/domain/types'
import { merged } from './merged'

/** What waits for an answer of these organisations or of those below them. */
export const pendingEscalationsQuery = (roots: readonly string[]) =>
  queryOptions({
    queryKey: ['escalations', 'pending', roots],
    queryFn: ({ signal }) =>
      merged<Escalation>(roots, (to_id) => unwrap(api.GET('/api/v1/escalations', { params: { query: { status: 'pending', to_id, limit: 100 } }, signal }))),
  })

export const wishEscalationsQuery = (wish_id: string) =>
  queryOptions({
    queryKey: ['escalations', 'of', wish_id],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/escalations', { params: { query: { wish_id, limit: 100 } }, signal })),
  })
