import { infiniteQueryOptions, queryOptions } from '@tanstack/vue-query'
import { api, ifMatch, unwrap } from '@/api/client'
import type { IntentHeaders } from '@/api/intent'
import type { components } from '@/api/schema'
import type { BodyOf } from '@/api/shapes'
import { queries } from '@/data/cache'

type Schemas = components['schemas']

export type Referral = Schemas['Referral']
export type Benefit = Schemas['Benefit']
export type Contact = Schemas['PairingContact']
export type Errand = BodyOf<'/api/v1/referrals/{id}/send', 'post'>
export type NewReferral = BodyOf<'/api/v1/referrals', 'post'>
export type Reply = BodyOf<'/api/v1/referrals/{id}/answer', 'post'>

export const referralsQuery = (shown: { over?: boolean; beneficiary_id?: string }) =>
  infiniteQueryOptions({
    queryKey: ['referrals', 'all', shown],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => unwrap(api.GET('/api/v1/referrals', { params: { query: { ...shown, limit: 20, cursor: pageParam } }, signal })),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  })

export const referralQuery = (id: string) =>
  queryOptions({
    queryKey: ['referrals', 'one', id],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/referrals/{id}', { params: { path: { id } }, signal })),
  })

export const benefitsQuery = (organisation: string) =>
  queryOptions({
    queryKey: ['organisations', 'benefits', organisation],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/organisations/{id}/benefits', { params: { path: { id: organisation } }, signal })),
    staleTime: 300_000,
  })

/** Organisations that may be asked: those below the caller, and those above. */
export const addresseesQuery = (q: string) =>
  queryOptions({
    queryKey: ['organisations', 'addressees', q],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/organisations', { params: { query: { q: q || undefined, limit: 100 } }, signal })),
  })

/** A referral and what waits hang together; also after a refusal, which often means that someone else was quicker. */
async function act<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } finally {
    for (const key of ['referrals', 'tasks']) void queries.invalidateQueries({ queryKey: [key] })
  }
}

const at = (id: string) => ({ path: { id } })

export const note = (body: NewReferral, headers: IntentHeaders) => act(unwrap(api.POST('/api/v1/referrals', { body, headers })))

export const send = (one: Referral, body: Errand, headers: IntentHeaders) =>
  act(unwrap(api.POST('/api/v1/referrals/{id}/send', { params: at(one.id), body, headers: { ...headers, ...ifMatch(one.version) } })))

export const reply = (one: Referral, body: Reply, headers: IntentHeaders) =>
  act(unwrap(api.POST('/api/v1/referrals/{id}/answer', { params: at(one.id), body, headers: { ...headers, ...ifMatch(one.version) } })))

export const close = (id: string, version: number, reason: string, headers: IntentHeaders) =>
  act(unwrap(api.POST('/api/v1/referrals/{id}/close', { params: at(id), body: { reason }, headers: { ...headers, ...ifMatch(version) } })))

/** Not a query on purpose: every look is recorded, so nothing may look again by itself. */
export const reveal = (id: string, headers: IntentHeaders): Promise<Contact> =>
  unwrap(api.POST('/api/v1/referrals/{id}/details', { params: at(id), body: {}, headers }))
