import { infiniteQueryOptions, queryOptions } from '@tanstack/vue-query'
import { api, ifMatch, unwrap } from '@/api/client'
import type { IntentHeaders } from '@/api/intent'
import { queries } from '@/data/cache'
import type { LookPurpose, LookRequest } from '@/domain/types'

export type { LookRequest }
export interface Wanted {
  purpose: LookPurpose
  reason: string
}

/** What I asked about one child, newest first. */
export const askedQuery = (about: { beneficiary_id: string } | { claim_id: string }) =>
  queryOptions({
    queryKey: ['looks', 'asked', about],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/look-requests', { params: { query: { ...about, limit: 20 } }, signal })).then(({ items }) => items.filter(({ own }) => own)),
    // The officer answers elsewhere: who waits for it sees it without asking.
    refetchInterval: 20_000,
  })

/** What an officer answers, and has answered. */
export const requestsQuery = (status: LookRequest['status'] | undefined) =>
  infiniteQueryOptions({
    queryKey: ['looks', 'all', status],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => unwrap(api.GET('/api/v1/look-requests', { params: { query: { status, limit: 20, cursor: pageParam } }, signal })),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  })

async function then<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } finally {
    void queries.invalidateQueries({ queryKey: ['looks'] })
  }
}

export const askToLook = (id: string, body: Wanted, headers: IntentHeaders) => then(unwrap(api.POST('/api/v1/beneficiaries/{id}/look-requests', { params: { path: { id } }, body, headers })))

export const askToDeliver = (id: string, body: Wanted, headers: IntentHeaders) => then(unwrap(api.POST('/api/v1/claims/{id}/look-requests', { params: { path: { id } }, body, headers })))

const over = ({ id, version }: LookRequest, headers: IntentHeaders) => ({ params: { path: { id } }, headers: { ...headers, ...ifMatch(version) } })

export const approveLook = (one: LookRequest, hours: number, headers: IntentHeaders) => then(unwrap(api.POST('/api/v1/look-requests/{id}/approve', { ...over(one, headers), body: { hours } })))

export const declineLook = (one: LookRequest, reason: string, headers: IntentHeaders) => then(unwrap(api.POST('/api/v1/look-requests/{id}/decline', { ...over(one, headers), body: { reason } })))
