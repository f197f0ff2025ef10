import { infiniteQueryOptions, queryOptions } from '@tanstack/vue-query'
import { api, ifMatch, unwrap } from '@/api/client'
import type { IntentHeaders } from '@/api/intent'
import type { BodyOf } from '@/api/shapes'
import { queries } from '@/data/cache'
import type { Beneficiary, WishEvent } from '@/domain/types'

/** Residents of everywhere that the reader works, masked, newest first. */
export const residentsQuery = () =>
  infiniteQueryOptions({
    queryKey: ['beneficiaries', 'all'],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => unwrap(api.GET('/api/v1/beneficiaries', { params: { query: { limit: 20, cursor: pageParam } }, signal })),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  })

export type ResidentSearch = BodyOf<'/api/v1/beneficiaries/search', 'post'>

// Not a query on purpose: the number that was typed is kept nowhere, also in no cache.
export const searchResidents = (body: ResidentSearch, headers: IntentHeaders): Promise<Beneficiary[]> =>
  unwrap(api.POST('/api/v1/beneficiaries/search', { body, headers })).then(({ items }) => items)

async function about<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } finally {
    // What was agreed to decides what stands on the wall.
    void queries.invalidateQueries({ queryKey: ['beneficiaries'] })
    void queries.invalidateQueries({ queryKey: ['wishes'] })
  }
}

export const withdrawConsent = (id: string, consent_id: string, headers: IntentHeaders) =>
  about(unwrap(api.POST('/api/v1/beneficiaries/{id}/consents/{consent_id}/withdraw', { params: { path: { id, consent_id } }, body: {}, headers })))

export type ErasureReason = BodyOf<'/api/v1/beneficiaries/{id}/erasure', 'post'>['reason']

/** Over the version that was read: nobody erases somebody other than they saw. */
export const eraseResident = (id: string, version: number, reason: ErasureReason, headers: IntentHeaders) =>
  about(unwrap(api.POST('/api/v1/beneficiaries/{id}/erasure', { params: { path: { id } }, body: { reason }, headers: { ...headers, ...ifMatch(version) } })))

const MOST = 5

/** Who looked at this resident's data, and what else was done with it: newest first. */
export const looksQuery = (id: string) =>
  queryOptions({
    queryKey: ['beneficiaries', 'looks', id],
    queryFn: async ({ signal }) => {
      const events: WishEvent[] = []
      let cursor: string | undefined
      for (let page = 0; page < MOST; page += 1) {
        const { items, next_cursor } = await unwrap(
          api.GET('/api/v1/audit/events', { params: { query: { subject: 'beneficiary', subject_id: id, limit: 100, cursor } }, signal }),
        )
        events.push(...items.map(({ event }) => event))
        cursor = next_cursor ?? undefined
        if (!cursor) break
      }
      return events.toReversed()
    },
  })
