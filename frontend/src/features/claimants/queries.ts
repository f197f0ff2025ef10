import { infiniteQueryOptions, queryOptions } from '@tanstack/vue-query'
import { api, ifMatch, unwrap } from '@/api/client'
import type { IntentHeaders } from '@/api/intent'
import type { BodyOf } from '@/api/shapes'
import { queries } from '@/data/cache'
import type { Claimant } from '@/domain/types'

export type ProfileChange = BodyOf<'/api/v1/claimants/{id}', 'patch'>

const at = (id: string) => ({ path: { id } })

export const allQuery = (q: string) =>
  infiniteQueryOptions({
    queryKey: ['claimants', 'all', q],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => unwrap(api.GET('/api/v1/claimants', { params: { query: { q: q || undefined, limit: 20, cursor: pageParam } }, signal })),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  })

export const claimantQuery = (id: string) =>
  queryOptions({
    queryKey: ['claimants', 'one', id],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/claimants/{id}', { params: at(id), signal })),
  })

/** The places that somebody may see: those of their roles, and those above. */
export const placesQuery = () =>
  queryOptions({
    queryKey: ['organisations', 'places'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/organisations', { params: { query: { limit: 100 } }, signal })),
  })

async function act<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } finally {
    void queries.invalidateQueries({ queryKey: ['claimants'] })
    void queries.invalidateQueries({ queryKey: ['fit'] })
  }
}

export const change = (one: Claimant, body: ProfileChange) => act(unwrap(api.PATCH('/api/v1/claimants/{id}', { params: { ...at(one.id), header: ifMatch(one.version) }, body })))

export const suspend = (one: Claimant, body: { reason: string; until?: string }, headers: IntentHeaders) =>
  act(unwrap(api.POST('/api/v1/claimants/{id}/suspend', { params: at(one.id), body, headers: { ...headers, ...ifMatch(one.version) } })))

export const reinstate = (one: Claimant, headers: IntentHeaders) =>
  act(unwrap(api.POST('/api/v1/claimants/{id}/reinstate', { params: at(one.id), body: {}, headers: { ...headers, ...ifMatch(one.version) } })))
