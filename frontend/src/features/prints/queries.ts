import { queryOptions } from '@tanstack/vue-query'
import { api, unwrap } from '@/api/client'
import { queries } from '@/data/cache'
import { type Merged, merged } from '@/data/merged'
import { wishQuery } from '@/data/wishes'
import type { Wish } from '@/domain/types'
import type { Posted } from './address'

/** The wishes of a poster: only those that still wait. */
export const postedQuery = (posted: Posted, limit: number) =>
  queryOptions({
    queryKey: ['wishes', 'posted', posted, limit],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/wishes', { params: { query: { ...posted, status: 'open', limit } }, signal })),
  })

/** The wishes, held by these organisations or below them, whose residents may need a card. */
export const carriedQuery = (roots: readonly string[]) =>
  queryOptions({
    queryKey: ['wishes', 'carried', roots],
    queryFn: ({ signal }) =>
      merged<Wish>(roots, (holder_id) => unwrap(api.GET('/api/v1/wishes', { params: { query: { status: 'open,claimed,delivered', holder_id, limit: 100 } }, signal }))),
  })

/** These wishes, as each of them is read elsewhere too. */
export const namedQuery = (ids: readonly string[]) =>
  queryOptions({
    queryKey: ['wishes', 'named', ids],
    queryFn: async (): Promise<Merged<Wish>> => ({ items: await Promise.all(ids.map((id) => queries.fetchQuery(wishQuery(id)))), more: false }),
  })
