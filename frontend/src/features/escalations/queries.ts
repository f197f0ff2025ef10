import { queryOptions } from '@tanstack/vue-query'
import { api, unwrap } from '@/api/client'
import type { IntentHeaders } from '@/api/intent'
import type { BodyOf } from '@/api/shapes'
import { act } from '@/data/work'

const at = (id: string) => ({ path: { id } })

export const acceptEscalation = (id: string, headers: IntentHeaders) =>
  act(unwrap(api.POST('/api/v1/escalations/{id}/accept', { params: at(id), body: {}, headers })))

export const returnEscalation = (id: string, instruction: string, headers: IntentHeaders) =>
  act(unwrap(api.POST('/api/v1/escalations/{id}/return', { params: at(id), body: { instruction }, headers })))

export type Rerouting = BodyOf<'/api/v1/escalations/{id}/reroute', 'post'>

export const rerouteEscalation = (id: string, body: Rerouting, headers: IntentHeaders) =>
  act(unwrap(api.POST('/api/v1/escalations/{id}/reroute', { params: at(id), body, headers })))

export type Adoption = BodyOf<'/api/v1/escalations/{id}/adopt', 'post'>

export const adoptEscalation = (id: string, body: Adoption, headers: IntentHeaders) =>
  act(unwrap(api.POST('/api/v1/escalations/{id}/adopt', { params: at(id), body, headers })))

/** Those that stand directly below an organisation. */
export const belowQuery = (parent_id: string) =>
  queryOptions({
    queryKey: ['organisations', 'below', parent_id],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/organisations', { params: { query: { parent_id, limit: 100 } }, signal })),
  })

export type Parts = BodyOf<'/api/v1/wishes/{id}/split', 'post'>

export const splitWish = (id: string, body: Parts, headers: IntentHeaders) =>
  act(unwrap(api.POST('/api/v1/wishes/{id}/split', { params: at(id), body, headers })))

export const escalateWish = (id: string, reason: string, headers: IntentHeaders) =>
  act(unwrap(api.POST('/api/v1/wishes/{id}/escalations', { params: at(id), body: { reason }, headers })))
