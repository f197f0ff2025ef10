import { infiniteQueryOptions, queryOptions } from '@tanstack/vue-query'
import { api, ifMatch, unwrap } from '@/api/client'
import type { IntentHeaders } from '@/api/intent'
import type { components } from '@/api/schema'
import type { BodyOf } from '@/api/shapes'
import { queries } from '@/data/cache'

type Schemas = components['schemas']

export type Export = Schemas['Export']
export type Subject = Schemas['ExportSubject']
export type Plain = BodyOf<'/api/v1/exports', 'post'>
export type Personal = BodyOf<'/api/v1/exports/personal', 'post'>

const paged = { initialPageParam: undefined as string | undefined, getNextPageParam: (page: { next_cursor: string | null }) => page.next_cursor ?? undefined }

export const exportsQuery = () =>
  infiniteQueryOptions({
    queryKey: ['exports', 'all'],
    queryFn: ({ pageParam, signal }) => unwrap(api.GET('/api/v1/exports', { params: { query: { limit: 20, cursor: pageParam } }, signal })),
    ...paged,
  })

/** Asked again each second while it is being made. */
export const exportQuery = (id: string) =>
  queryOptions({
    queryKey: ['exports', 'one', id],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/exports/{id}', { params: { path: { id } }, signal })),
    refetchInterval: ({ state }) => (state.data?.status === 'requested' ? 1000 : false),
  })

async function act<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } finally {
    void queries.invalidateQueries({ queryKey: ['exports'] })
  }
}

export const ask = (body: Plain, headers: IntentHeaders) => act(unwrap(api.POST('/api/v1/exports', { body, headers })))

export const askPersonal = (body: Personal, headers: IntentHeaders) => act(unwrap(api.POST('/api/v1/exports/personal', { body, headers })))

const at = ({ id }: Export) => ({ path: { id } })

export const approve = (one: Export, headers: IntentHeaders) =>
  act(unwrap(api.POST('/api/v1/exports/{id}/approve', { params: at(one), body: {}, headers: { ...headers, ...ifMatch(one.version) } })))

export const decline = (one: Export, reason: string, headers: IntentHeaders) =>
  act(unwrap(api.POST('/api/v1/exports/{id}/decline', { params: at(one), body: { reason }, headers: { ...headers, ...ifMatch(one.version) } })))

/** The file. Each time is recorded. */
export const take = (one: Export) => act(unwrap(api.POST('/api/v1/exports/{id}/download', { params: at(one), body: {}, parseAs: 'blob' })))

/** What opens it, answered once. */
export const password = (one: Export) => act(unwrap(api.POST('/api/v1/exports/{id}/password', { params: at(one), body: {} })))
