import { queryOptions } from '@tanstack/vue-query'
import { api, ifMatch, unwrap } from '@/api/client'
import type { IntentHeaders } from '@/api/intent'
import type { BodyOf } from '@/api/shapes'
import { merged } from '@/data/merged'
import { act } from '@/data/work'
import type { Claim, Wish, WishStatus } from '@/domain/types'

export type WishQueue = { status: WishStatus } | { overdue: true }

/** Wishes in some state, held by these organisations or by those below them. */
export const heldWishesQuery = (roots: readonly string[], which: WishQueue) =>
  queryOptions({
    queryKey: ['wishes', 'held', roots, which],
    queryFn: ({ signal }) =>
      merged<Wish>(roots, (holder_id) => unwrap(api.GET('/api/v1/wishes', { params: { query: { ...which, holder_id, limit: 100 } }, signal }))),
  })

export const deliveredClaimsQuery = () =>
  queryOptions({
    queryKey: ['claims', 'delivered'],
    queryFn: async ({ signal }) => {
      const page = await unwrap(api.GET('/api/v1/claims', { params: { query: { status: 'delivered', limit: 100 } }, signal }))
      return { items: page.items as Claim[], more: Boolean(page.next_cursor) }
    },
  })

export const foundWishesQuery = (q: string) =>
  queryOptions({
    queryKey: ['wishes', 'found', q],
    queryFn: async ({ signal }) => {
      const page = await unwrap(api.GET('/api/v1/wishes', { params: { query: { q, limit: 50 } }, signal }))
      return { items: page.items as Wish[], more: Boolean(page.next_cursor) }
    },
  })

export const wishClaimsQuery = (id: string) =>
  queryOptions({
    queryKey: ['claims', 'of', id],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/wishes/{id}/claims', { params: { path: { id } }, signal })),
  })

export type Relisting = BodyOf<'/api/v1/wishes/{id}/relist', 'post'>

/** With the consent given anew, a wish that was taken off the wall goes back; over the version that was read. */
export const relistWish = (id: string, version: number, body: Relisting, headers: IntentHeaders) =>
  act(unwrap(api.POST('/api/v1/wishes/{id}/relist', { params: { path: { id } }, body, headers: { ...headers, ...ifMatch(version) } })))

export const submitWish = (id: string, headers: IntentHeaders) =>
  act(unwrap(api.POST('/api/v1/wishes/{id}/submit', { params: { path: { id } }, body: {}, headers })))

export type Withdrawal = BodyOf<'/api/v1/wishes/{id}/withdraw', 'post'>

export const withdrawWish = (id: string, body: Withdrawal, headers: IntentHeaders) =>
  act(unwrap(api.POST('/api/v1/wishes/{id}/withdraw', { params: { path: { id } }, body, headers })))
