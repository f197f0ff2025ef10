import { queryOptions } from '@tanstack/vue-query'
import { api, unwrap } from '@/api/client'

export const organisationQuery = (id: string) =>
  queryOptions({
    queryKey: ['organisations', 'one', id],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/organisations/{id}', { params: { path: { id } }, signal })),
  })

/** The organisation's own list and what it inherits. */
export const organisationCategoriesQuery = (id: string) =>
  queryOptions({
    queryKey: ['organisations', 'categories', id],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/organisations/{id}/categories', { params: { path: { id } }, signal })),
    staleTime: 300_000,
  })
