import { queryOptions } from '@tanstack/vue-query'
import { api, unwrap } from '@/api/client'

/** Under `wishes`: what fits changes with every claim. */
export const wishesForQuery = (claimant: string) =>
  queryOptions({
    queryKey: ['wishes', 'for', claimant],
    queryFn: ({ signal }) =>
      unwrap(api.GET('/api/v1/claimants/{id}/suggestions', { params: { path: { id: claimant }, query: { limit: 5 } }, signal })),
  })

export const claimantsForQuery = (wish: string) =>
  queryOptions({
    queryKey: ['claims', 'fit', wish],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/wishes/{id}/suggestions', { params: { path: { id: wish }, query: { limit: 5 } }, signal })),
  })
