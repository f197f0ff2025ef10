import { queryOptions } from '@tanstack/vue-query'
import { api, unwrap } from '@/api/client'

export const organisationQuery = (id: string) =>
  queryOptions({
    queryKey: ['organisations', 'one', id],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/organisations/{id}', { params: { path: { id } }, signal })),
  })

/** What claimants can do and wishes may need: the organisation's own list and what it inherits. */
export const organisationSkillsQuery = (id: string) =>
  queryOptions({
    queryKey: ['organisations', 'skills', id],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/organisations/{id}/skills', { params: { path: { id } }, signal })),
    staleTime: 300_000,
  })

/** The organisation's own list and what it inherits. */
export const organisationCategoriesQuery = (id: string) =>
  queryOptions({
    queryKey: ['organisations', 'categories', id],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/organisations/{id}/categories', { params: { path: { id } }, signal })),
    staleTime: 300_000,
  })
