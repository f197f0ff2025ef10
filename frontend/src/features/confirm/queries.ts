import { api, unwrap } from '@/api/client'
import type { IntentHeaders } from '@/api/intent'
import type { BodyOf } from '@/api/shapes'
import { act } from '@/data/work'

const at = (id: string) => ({ path: { id } })

/** The code is told once and kept nowhere, so nothing may ask for it by itself. */
export const issueCard = (id: string, headers: IntentHeaders) => act(unwrap(api.POST('/api/v1/wishes/{id}/card', { params: at(id), body: {}, headers })))

export type FeedbackInput = BodyOf<'/api/v1/wishes/{id}/feedback', 'post'>

export const giveFeedback = (id: string, body: FeedbackInput, headers: IntentHeaders) =>
  act(unwrap(api.POST('/api/v1/wishes/{id}/feedback', { params: at(id), body, headers })))
