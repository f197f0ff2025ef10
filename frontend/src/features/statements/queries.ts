import { infiniteQueryOptions, queryOptions } from '@tanstack/vue-query'
import { api, ifMatch, unwrap } from '@/api/client'
import type { IntentHeaders } from '@/api/intent'
import type { components } from '@/api/schema'
import { queries } from '@/data/cache'

type Schemas = components['schemas']

export type Statement = Schemas['Statement']
export type Difference = Schemas['StatementDifference']

const paged = { initialPageParam: undefined as string | undefined, getNextPageParam: (page: { next_cursor: string | null }) => page.next_cursor ?? undefined }

export const statementsQuery = (pool: string) =>
  infiniteQueryOptions({
    queryKey: ['statements', 'all', pool],
    queryFn: ({ pageParam, signal }) =>
      unwrap(api.GET('/api/v1/pools/{id}/statements', { params: { path: { id: pool }, query: { limit: 20, cursor: pageParam } }, signal })),
    ...paged,
  })

/** Asked again every two seconds while its rows are held against the books. */
export const statementQuery = (id: string) =>
  queryOptions({
    queryKey: ['statements', 'one', id],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/statements/{id}', { params: { path: { id } }, signal })),
    refetchInterval: ({ state }) => (state.data?.status === 'running' ? 2000 : false),
  })

/** Those of a statement that has come to its end are others than while it ran. */
export const differencesQuery = ({ id, status }: Statement, open: boolean) =>
  infiniteQueryOptions({
    queryKey: ['statements', 'differences', id, status, open],
    queryFn: ({ pageParam, signal }) =>
      unwrap(api.GET('/api/v1/statements/{id}/differences', { params: { path: { id }, query: { open, limit: 20, cursor: pageParam } }, signal })),
    ...paged,
  })

export async function settle(id: string, { number, version }: Difference, note: string, headers: IntentHeaders): Promise<Difference> {
  try {
    return await unwrap(
      api.POST('/api/v1/statements/{id}/differences/{number}/settle', {
        params: { path: { id, number } },
        body: { note },
        headers: { ...headers, ...ifMatch(version) },
      }),
    )
  } finally {
    void queries.invalidateQueries({ queryKey: ['statements'] })
  }
}
