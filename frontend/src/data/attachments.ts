import { queryOptions } from '@tanstack/vue-query'
import { api, unwrap } from '@/api/client'
import type { components, paths } from '@/api/schema'
import { queries } from './cache'

type Schemas = components['schemas']
export type Attachment = Schemas['Attachment']
export type PhotoSize = 'full' | 'thumbnail'
type Removal = NonNullable<paths['/api/v1/attachments/{id}']['delete']>['parameters']['query']['reason']

export const claimPhotosQuery = (id: string) =>
  queryOptions({
    queryKey: ['photos', 'claim', id],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/claims/{id}/attachments', { params: { path: { id } }, signal })),
  })

export const wishPhotosQuery = (id: string) =>
  queryOptions({
    queryKey: ['photos', 'wish', id],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/wishes/{id}/attachments', { params: { path: { id } }, signal })),
  })

/** Not a query on purpose: the server records who looks, so nothing may look again by itself or keep what it saw. */
export const photoBytes = async (id: string, size: PhotoSize, signal?: AbortSignal): Promise<Blob> => {
  const answer = api.GET('/api/v1/attachments/{id}', { params: { path: { id }, query: { size } }, parseAs: 'blob', signal: signal ?? null })
  return (await unwrap(answer)) as unknown as Blob
}

/** How many a wish may have, and how many a claim. */
export const MOST_PHOTOS = 12

// The file itself is the body. The key belongs to the file: pressing again after a lost answer adds no second one.
const asFile = (id: string, photo: Blob, key: string) => ({
  params: { path: { id } },
  headers: { 'Content-Type': photo.type, 'Idempotency-Key': key },
  body: photo as never,
  bodySerializer: () => photo,
})

export const addClaimPhoto = (claim: string, photo: Blob, key: string): Promise<Attachment> =>
  anew(unwrap(api.POST('/api/v1/claims/{id}/attachments', asFile(claim, photo, key))))

export const addWishPhoto = (wish: string, photo: Blob, key: string): Promise<Attachment> =>
  anew(unwrap(api.POST('/api/v1/wishes/{id}/attachments', asFile(wish, photo, key))))

export const removePhoto = (id: string, reason: Removal) =>
  anew(unwrap(api.DELETE('/api/v1/attachments/{id}', { params: { path: { id }, query: { reason }, header: { 'If-Match': '*' } } })))

async function anew<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } finally {
    void queries.invalidateQueries({ queryKey: ['photos'] })
    // Its history has one entry more.
    void queries.invalidateQueries({ queryKey: ['wishes'] })
  }
}
