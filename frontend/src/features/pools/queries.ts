import { infiniteQueryOptions, queryOptions } from '@tanstack/vue-query'
import { api, ifMatch, unwrap } from '@/api/client'
import type { IntentHeaders } from '@/api/intent'
import type { components } from '@/api/schema'
import type { BodyOf } from '@/api/shapes'
import { queries } from '@/data/cache'

type Schemas = components['schemas']

export type Pool = Schemas['Pool']
export type Allocation = Schemas['Allocation']
export type Moved = Schemas['LedgerTransaction']
export type Sums = Schemas['PoolSums']
export type PoolInput = BodyOf<'/api/v1/pools', 'post'>
export type Asked = BodyOf<'/api/v1/pools/{id}/allocations', 'post'>
export type Bought = BodyOf<'/api/v1/allocations/{id}/spendings', 'post'>
export type Reason = Schemas['ReversalReason']

const paged = { initialPageParam: undefined as string | undefined, getNextPageParam: (page: { next_cursor: string | null }) => page.next_cursor ?? undefined }
const some = (cursor?: string) => ({ limit: 20, cursor })

export const poolsQuery = () =>
  infiniteQueryOptions({
    queryKey: ['pools', 'all'],
    queryFn: ({ pageParam, signal }) => unwrap(api.GET('/api/v1/pools', { params: { query: some(pageParam) }, signal })),
    ...paged,
  })

export const poolQuery = (id: string) =>
  queryOptions({
    queryKey: ['pools', 'one', id],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/pools/{id}', { params: { path: { id } }, signal })),
  })

export const booksQuery = (id: string) =>
  queryOptions({
    queryKey: ['pools', 'books', id],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/pools/{id}/books', { params: { path: { id } }, signal })),
  })

export const allocationsQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: ['pools', 'allocations', id],
    queryFn: ({ pageParam, signal }) => unwrap(api.GET('/api/v1/pools/{id}/allocations', { params: { path: { id }, query: some(pageParam) }, signal })),
    ...paged,
  })

export const donationsQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: ['pools', 'donations', id],
    queryFn: ({ pageParam, signal }) => unwrap(api.GET('/api/v1/pools/{id}/donations', { params: { path: { id }, query: some(pageParam) }, signal })),
    ...paged,
  })

export const movedQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: ['pools', 'moved', id],
    queryFn: ({ pageParam, signal }) => unwrap(api.GET('/api/v1/pools/{id}/transactions', { params: { path: { id }, query: some(pageParam) }, signal })),
    ...paged,
  })

/** Wishes that money could be asked for. */
export const wantedQuery = (holder_id: string, q: string) =>
  queryOptions({
    queryKey: ['pools', 'wanted', holder_id, q],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/wishes', { params: { query: { holder_id, q: q || undefined, limit: 50 } }, signal })),
  })

async function act<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } finally {
    void queries.invalidateQueries({ queryKey: ['pools'] })
  }
}

const seen = (one: { version: number }, headers: IntentHeaders) => ({ ...headers, ...ifMatch(one.version) })
const of = ({ id }: { id: string }) => ({ path: { id } })

export const create = (body: PoolInput, headers: IntentHeaders) => act(unwrap(api.POST('/api/v1/pools', { body, headers })))

export const change = (one: Pool, body: BodyOf<'/api/v1/pools/{id}', 'patch'>) =>
  act(unwrap(api.PATCH('/api/v1/pools/{id}', { params: { ...of(one), header: ifMatch(one.version) }, body })))

export const ask = (pool: string, body: Asked, headers: IntentHeaders) =>
  act(unwrap(api.POST('/api/v1/pools/{id}/allocations', { params: { path: { id: pool } }, body, headers })))

export const approve = (one: Allocation, headers: IntentHeaders) =>
  act(unwrap(api.POST('/api/v1/allocations/{id}/approve', { params: of(one), body: {}, headers: seen(one, headers) })))

export const release = (one: Allocation, headers: IntentHeaders) =>
  act(unwrap(api.POST('/api/v1/allocations/{id}/release', { params: of(one), body: {}, headers: seen(one, headers) })))

export const spend = (one: Allocation, body: Bought, headers: IntentHeaders) =>
  act(unwrap(api.POST('/api/v1/allocations/{id}/spendings', { params: of(one), body, headers: seen(one, headers) })))

export const reverse = (one: Moved, reason: Reason, headers: IntentHeaders) =>
  act(unwrap(api.POST('/api/v1/ledger/transactions/{id}/reverse', { params: of(one), body: { reason }, headers })))

/** Every transaction of a pool, as a file. */
export const ledgerFile = (id: string) => unwrap(api.GET('/api/v1/pools/{id}/ledger.csv', { params: { path: { id } }, parseAs: 'blob' }))
