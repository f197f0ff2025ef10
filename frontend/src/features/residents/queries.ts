import { infiniteQueryOptions, queryOptions } from '@tanstack/vue-query'
import { api, ifMatch, unwrap } from '@/api/client'
import type { IntentHeaders } from '@/api/intent'
import type { BodyOf } from '@/api/shapes'
import { queries } from '@/data/cache'
import type { AccessCopy, Beneficiary, Disclosure, LookPurpose } from '@/domain/types'

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

const MOST = 10

/** Who looked at what identifies this resident, newest first: all of it, since the resident is told all of it. */
export const looksQuery = (id: string) =>
  queryOptions({
    queryKey: ['beneficiaries', 'looks', id],
    queryFn: async ({ signal }) => {
      const looks: Disclosure[] = []
      let cursor: string | undefined
      for (let page = 0; page < MOST; page += 1) {
        const found = await unwrap(api.GET('/api/v1/beneficiaries/{id}/disclosures', { params: { path: { id }, query: { limit: 100, cursor } }, signal }))
        looks.push(...found.items)
        cursor = found.next_cursor ?? undefined
        if (!cursor) break
      }
      return { looks, more: cursor !== undefined }
    },
  })

/** Not a query on purpose: each copy is recorded as a look, and is kept nowhere. */
export const copyResident = async (id: string, purpose: LookPurpose, headers: IntentHeaders): Promise<AccessCopy> => {
  const copy = await unwrap(api.POST('/api/v1/beneficiaries/{id}/copy', { params: { path: { id } }, body: { purpose }, headers }))
  void queries.invalidateQueries({ queryKey: ['beneficiaries', 'looks', id] })
  return copy
}

/** Their wishes, newest first: all states, as staff see them. */
export const wishesOfQuery = (id: string) =>
  queryOptions({
    queryKey: ['wishes', 'of', id],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/wishes', { params: { query: { beneficiary_id: id, limit: 50 } }, signal })).then(({ items }) => items),
  })
