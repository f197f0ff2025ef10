import { keepPreviousData, queryOptions } from '@tanstack/vue-query'
import { api, unwrap } from '@/api/client'
import type { IntentHeaders } from '@/api/intent'
import type { BodyOf } from '@/api/shapes'
import { act } from '@/data/work'

/** Claimants below an organisation who may be asked. */
export const claimantsQuery = (organisation_id: string, q: string) =>
  queryOptions({
    queryKey: ['claimants', organisation_id, q],
    queryFn: ({ signal }) =>
      unwrap(api.GET('/api/v1/claimants', { params: { query: { organisation_id, q: q || undefined, active: true, limit: 20 } }, signal })),
    placeholderData: keepPreviousData,
  })

export const wishClaimsQuery = (id: string) =>
  queryOptions({
    queryKey: ['claims', 'of', id],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/wishes/{id}/claims', { params: { path: { id } }, signal })),
  })

export type DispatchInput = BodyOf<'/api/v1/wishes/{id}/dispatches', 'post'>

export const dispatchWish = (id: string, body: DispatchInput, headers: IntentHeaders) =>
  act(unwrap(api.POST('/api/v1/wishes/{id}/dispatches', { params: { path: { id } }, body, headers })))
