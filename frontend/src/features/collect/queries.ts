import { queryOptions } from '@tanstack/vue-query'
import { api, ifMatch, unwrap } from '@/api/client'
import type { BodyOf } from '@/api/shapes'
import { act } from '@/data/work'

/** Residents of an organisation and below, masked. */
export const beneficiariesQuery = (organisation_id: string) =>
  queryOptions({
    queryKey: ['beneficiaries', 'list', organisation_id],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/beneficiaries', { params: { query: { organisation_id, limit: 100 } }, signal })),
  })

export type WishPatch = BodyOf<'/api/v1/wishes/{id}', 'patch'>

/** What would have to be written otherwise before it is published. Nothing is stored. */
export const checkPublicText = (body: BodyOf<'/api/v1/public-text-checks', 'post'>) => unwrap(api.POST('/api/v1/public-text-checks', { body })).then(({ items }) => items)

/** What may be here already of what is being written down. Nothing is stored. */
export const findLikenesses = (body: BodyOf<'/api/v1/likenesses', 'post'>) => unwrap(api.POST('/api/v1/likenesses', { body }))

/** Only over the version that was read; otherwise 412, and nothing is lost on either side. */
export const updateWish = (id: string, version: number, body: WishPatch) =>
  act(unwrap(api.PATCH('/api/v1/wishes/{id}', { params: { path: { id }, header: ifMatch(version) }, body })))
