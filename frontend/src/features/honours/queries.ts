import { infiniteQueryOptions, queryOptions } from '@tanstack/vue-query'
import { api, unwrap, ifMatch } from '@/api/client'
import type { IntentHeaders } from '@/api/intent'
import type { components } from '@/api/schema'
import { queries } from '@/data/cache'

type Schemas = components['schemas']

export type Certificate = Schemas['Certificate']
export type Checked = Schemas['PublicCertificate']
export type Commendation = Schemas['Commendation']
export type Reason = Schemas['RevocationReason']

export interface Span {
  from: string
  to: string
}

const paged = { initialPageParam: undefined as string | undefined, getNextPageParam: (page: { next_cursor: string | null }) => page.next_cursor ?? undefined }

export const checkQuery = (code: string) =>
  queryOptions({
    queryKey: ['certificates', 'check', code],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/certificates/{code}', { params: { path: { code } }, signal })),
    retry: false,
  })

export const issuedQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: ['certificates', 'issued', id],
    queryFn: ({ pageParam, signal }) => unwrap(api.GET('/api/v1/organisations/{id}/certificates', { params: { path: { id }, query: { limit: 20, cursor: pageParam } }, signal })),
    ...paged,
  })

export const heldQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: ['certificates', 'held', id],
    queryFn: ({ pageParam, signal }) => unwrap(api.GET('/api/v1/claimants/{id}/certificates', { params: { path: { id }, query: { limit: 20, cursor: pageParam } }, signal })),
    ...paged,
  })

export const commendationsQuery = (id: string, span: Span) =>
  infiniteQueryOptions({
    queryKey: ['commendations', id, span],
    queryFn: ({ pageParam, signal }) => unwrap(api.GET('/api/v1/organisations/{id}/commendations', { params: { path: { id }, query: { ...span, limit: 20, cursor: pageParam } }, signal })),
    ...paged,
  })

export const boardQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: ['leaderboard', id],
    queryFn: ({ pageParam, signal }) => unwrap(api.GET('/api/v1/organisations/{id}/leaderboard', { params: { path: { id }, query: { limit: 20, cursor: pageParam } }, signal })),
    retry: false,
    ...paged,
  })

async function act<T>(key: string, answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } finally {
    void queries.invalidateQueries({ queryKey: [key] })
  }
}

const of = ({ code }: Certificate) => ({ path: { code } })

export const issue = (id: string, claimant_id: string, span: Span, headers: IntentHeaders) =>
  act('certificates', unwrap(api.POST('/api/v1/organisations/{id}/certificates', { params: { path: { id } }, body: { claimant_id, ...span }, headers })))

export const name = (one: Certificate, named: boolean) =>
  act('certificates', unwrap(api.PATCH('/api/v1/certificates/{code}', { params: { ...of(one), header: ifMatch(one.version) }, body: { named } })))

export const revoke = (one: Certificate, reason: Reason, headers: IntentHeaders) =>
  act('certificates', unwrap(api.POST('/api/v1/certificates/{code}/revoke', { params: of(one), body: { reason }, headers: { ...headers, ...ifMatch(one.version) } })))

export const show = (id: string, shown: boolean) =>
  act('leaderboard', unwrap(api.PUT('/api/v1/organisations/{id}/leaderboard', { params: { path: { id }, header: { 'If-Match': '*' } }, body: { shown } })))

/** The whole list, as a file. */
export const exported = (id: string, span: Span) =>
  unwrap(api.POST('/api/v1/organisations/{id}/commendations/export', { params: { path: { id } }, body: span, parseAs: 'blob' }))
