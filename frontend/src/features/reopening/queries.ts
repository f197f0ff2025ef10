import { api, ifMatch, unwrap } from '@/api/client'
import type { IntentHeaders } from '@/api/intent'
import type { BodyOf } from '@/api/shapes'
import { act } from '@/data/work'

export type ReopeningInput = BodyOf<'/api/v1/wishes/{id}/reopen', 'post'>

/** Over the version that was read: the dialog showed which shares were confirmed. */
export const reopenWish = (id: string, version: number, body: ReopeningInput, headers: IntentHeaders) =>
  act(unwrap(api.POST('/api/v1/wishes/{id}/reopen', { params: { path: { id } }, body, headers: { ...headers, ...ifMatch(version) } })))
