import { queryOptions } from '@tanstack/vue-query'
import { api, ifMatch, unwrap } from '@/api/client'
import type { IntentHeaders } from '@/api/intent'
import type { BodyOf } from '@/api/shapes'
import { queries } from '@/data/cache'

const at = (id: string) => ({ path: { id } })

/** The platforms of an organisation and of those below it. */
export const platformsQuery = (organisation: string) =>
  queryOptions({
    queryKey: ['platforms', organisation],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/organisations/{id}/platforms', { params: { ...at(organisation), query: { limit: 100 } }, signal })),
  })

/** The claimants of an organisation's circle that are active. */
export const unitsQuery = (organisation_id: string) =>
  queryOptions({
    queryKey: ['claimants', 'units', organisation_id],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/claimants', { params: { query: { organisation_id, active: true, limit: 100 } }, signal })),
  })

export type NewPlatform = BodyOf<'/api/v1/organisations/{id}/platforms', 'post'>
export type PlatformPatch = BodyOf<'/api/v1/platforms/{id}', 'patch'>

async function acting<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } finally {
    void queries.invalidateQueries({ queryKey: ['platforms'] })
  }
}

export const addPlatform = (organisation: string, body: NewPlatform, headers: IntentHeaders) =>
  acting(unwrap(api.POST('/api/v1/organisations/{id}/platforms', { params: at(organisation), body, headers })))

export const updatePlatform = (id: string, version: number, body: PlatformPatch) =>
  acting(unwrap(api.PATCH('/api/v1/platforms/{id}', { params: { ...at(id), header: ifMatch(version) }, body })))

/** Shown once. */
export const addKey = (id: string, headers: IntentHeaders) => acting(unwrap(api.POST('/api/v1/platforms/{id}/keys', { params: at(id), body: {}, headers })))

export const revokeKey = (id: string, key_id: string, headers: IntentHeaders) =>
  acting(unwrap(api.POST('/api/v1/platforms/{id}/keys/{key_id}/revoke', { params: { path: { id, key_id } }, body: {}, headers })))
