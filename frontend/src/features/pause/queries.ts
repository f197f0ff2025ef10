import { queryOptions } from '@tanstack/vue-query'
import { api, unwrap } from '@/api/client'
import type { IntentHeaders } from '@/api/intent'
import type { BodyOf } from '@/api/shapes'
import { act } from '@/data/work'

export type PauseInput = BodyOf<'/api/v1/wishes/{id}/pause', 'post'>

const at = (id: string) => ({ path: { id } })

export const pausesQuery = (id: string) =>
  queryOptions({ queryKey: ['wishes', 'pauses', id], queryFn: ({ signal }) => unwrap(api.GET('/api/v1/wishes/{id}/pauses', { params: at(id), signal })) })

export const pauseWish = (id: string, body: PauseInput, headers: IntentHeaders) => act(unwrap(api.POST('/api/v1/wishes/{id}/pause', { params: at(id), body, headers })))

export const resumeWish = (id: string, headers: IntentHeaders) => act(unwrap(api.POST('/api/v1/wishes/{id}/resume', { params: at(id), body: {}, headers })))
