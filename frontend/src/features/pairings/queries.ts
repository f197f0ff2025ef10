import { infiniteQueryOptions, queryOptions } from '@tanstack/vue-query'
import { api, ifMatch, unwrap } from '@/api/client'
import type { IntentHeaders } from '@/api/intent'
import type { components } from '@/api/schema'
import type { BodyOf } from '@/api/shapes'
import { queries } from '@/data/cache'

type Schemas = components['schemas']

export type Pairing = Schemas['Pairing']
export type PairingDetail = Schemas['PairingDetail']
export type Visit = Schemas['Visit']
export type Contact = Schemas['PairingContact']
export type Rhythm = Schemas['Rhythm']

export interface Shown {
  mine?: boolean
  missed?: boolean
  over?: boolean
  beneficiary_id?: string
}

export const pairingsQuery = (shown: Shown) =>
  infiniteQueryOptions({
    queryKey: ['pairings', 'all', shown],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => unwrap(api.GET('/api/v1/pairings', { params: { query: { ...shown, limit: 20, cursor: pageParam } }, signal })),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  })

export const pairingQuery = (id: string) =>
  queryOptions({
    queryKey: ['pairings', 'one', id],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/pairings/{id}', { params: { path: { id } }, signal })),
  })

export const visitsQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: ['pairings', 'visits', id],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => unwrap(api.GET('/api/v1/pairings/{id}/visits', { params: { path: { id }, query: { limit: 20, cursor: pageParam } }, signal })),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  })

/** Claimants anywhere below whom the caller belongs to: a pair may stand far from the household in the tree. */
export const candidatesQuery = (q: string) =>
  queryOptions({
    queryKey: ['claimants', 'candidates', q],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/claimants', { params: { query: { q: q || undefined, active: true, limit: 20 } }, signal })),
  })

/** A pairing and what waits hang together; also after a refusal, which often means that someone else was quicker. */
async function act<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } finally {
    for (const key of ['pairings', 'tasks']) void queries.invalidateQueries({ queryKey: [key] })
  }
}

const at = (id: string) => ({ path: { id } })

export type ProposalInput = BodyOf<'/api/v1/pairings', 'post'>
export const propose = (body: ProposalInput, headers: IntentHeaders) => act(unwrap(api.POST('/api/v1/pairings', { body, headers })))

export const accept = (id: string, responsible_id: string, headers: IntentHeaders) =>
  act(unwrap(api.POST('/api/v1/pairings/{id}/accept', { params: at(id), body: { responsible_id }, headers })))

export const decline = (id: string, reason: string, headers: IntentHeaders) =>
  act(unwrap(api.POST('/api/v1/pairings/{id}/decline', { params: at(id), body: { reason }, headers })))

export type HandOverInput = BodyOf<'/api/v1/pairings/{id}/hand-over', 'post'>
export const handOver = (id: string, body: HandOverInput, headers: IntentHeaders) =>
  act(unwrap(api.POST('/api/v1/pairings/{id}/hand-over', { params: at(id), body, headers })))

export type EndInput = BodyOf<'/api/v1/pairings/{id}/end', 'post'>
export const end = (id: string, body: EndInput, headers: IntentHeaders) =>
  act(unwrap(api.POST('/api/v1/pairings/{id}/end', { params: at(id), body, headers })))

export const setRhythm = (id: string, version: number, rhythm: Rhythm) =>
  act(unwrap(api.PATCH('/api/v1/pairings/{id}', { params: { path: { id }, header: ifMatch(version) }, body: { rhythm } })))

export type VisitInput = BodyOf<'/api/v1/pairings/{id}/visits', 'post'>
export const noteVisit = (id: string, body: VisitInput, headers: IntentHeaders) =>
  act(unwrap(api.POST('/api/v1/pairings/{id}/visits', { params: at(id), body, headers })))

export const correctVisit = (visit: string, body: VisitInput, headers: IntentHeaders) =>
  act(unwrap(api.POST('/api/v1/visits/{id}/correct', { params: at(visit), body, headers })))

/** Not a query on purpose: every look is recorded, so nothing may look again by itself. */
export const reveal = (id: string, headers: IntentHeaders): Promise<Contact> =>
  unwrap(api.POST('/api/v1/pairings/{id}/delivery-details', { params: at(id), body: { purpose: 'visit' }, headers }))
