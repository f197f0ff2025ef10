import { infiniteQueryOptions, queryOptions } from '@tanstack/vue-query'
import { api, unwrap } from '@/api/client'
import type { IntentHeaders } from '@/api/intent'
import type { Claim, WishStatus } from '@/domain/types'
import { queries } from './cache'

export interface WishFilter {
  q?: string
  category?: string
  region_code?: string
  status?: readonly WishStatus[]
}

function params(filter: WishFilter): Record<string, string> {
  const { status, ...rest } = filter
  const all = { ...rest, status: status?.join(',') }
  return Object.fromEntries(Object.entries(all).filter((entry): entry is [string, string] => Boolean(entry[1])))
}

/** Pages of wishes, in the server's order. */
export const wishesQuery = (filter: WishFilter, limit: number) =>
  infiniteQueryOptions({
    queryKey: ['wishes', 'list', params(filter), limit],
    queryFn: ({ pageParam, signal }) =>
      unwrap(api.GET('/api/v1/wishes', { params: { query: { ...params(filter), limit, cursor: pageParam } }, signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next_cursor ?? undefined,
  })

/** The newest published wishes, once, as the valley shows them. */
export const recentWishesQuery = (limit: number) =>
  queryOptions({
    queryKey: ['wishes', 'recent', limit],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/wishes', { params: { query: { limit } }, signal })),
  })

/** A few others of the same kind that still wait. */
export const similarWishesQuery = (category: string) =>
  queryOptions({
    queryKey: ['wishes', 'similar', category],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/wishes', { params: { query: { category, status: 'open', limit: 4 } }, signal })),
  })

export const wishQuery = (id: string) =>
  queryOptions({
    queryKey: ['wishes', 'one', id],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/wishes/{id}', { params: { path: { id } }, signal })),
  })

export const wishEventsQuery = (id: string) =>
  queryOptions({
    queryKey: ['wishes', 'events', id],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/wishes/{id}/events', { params: { path: { id }, query: { limit: 100 } }, signal })),
  })

export const categoriesQuery = () =>
  queryOptions({
    queryKey: ['categories'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/categories', { signal })),
    staleTime: 300_000,
  })

/** The wall in figures; for anyone. */
export const wallFiguresQuery = () =>
  queryOptions({
    queryKey: ['statistics', 'public'],
    retry: false,
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/statistics/public', { signal })),
  })

export interface ClaimInput {
  claimant_id: string
  quantity: number
  shares?: number[]
}

export async function claimWish(id: string, body: ClaimInput, headers: IntentHeaders): Promise<Claim> {
  try {
    return await unwrap(api.POST('/api/v1/wishes/{id}/claims', { params: { path: { id } }, body, headers }))
  } finally {
    // Also after a refusal: it often means that someone else was quicker, and then the counts on screen are wrong.
    void queries.invalidateQueries({ queryKey: ['wishes'] })
    void queries.invalidateQueries({ queryKey: ['claims'] })
  }
}
