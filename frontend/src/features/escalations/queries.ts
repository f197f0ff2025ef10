import { api, unwrap } from '@/api/client'
import type { IntentHeaders } from '@/api/intent'
import { act } from '@/data/work'

const at = (id: string) => ({ path: { id } })

export const acceptEscalation = (id: string, headers: IntentHeaders) =>
  act(unwrap(api.POST('/api/v1/escalations/{id}/accept', { params: at(id), body: {}, headers })))

export const returnEscalation = (id: string, instruction: string, headers: IntentHeaders) =>
  act(unwrap(api.POST('/api/v1/escalations/{id}/return', { params: at(id), body: { instruction }, headers })))

export const escalateWish = (id: string, reason: string, headers: IntentHeaders) =>
  act(unwrap(api.POST('/api/v1/wishes/{id}/escalations', { params: at(id), body: { reason }, headers })))
