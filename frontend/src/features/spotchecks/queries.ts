import { queryOptions } from '@tanstack/vue-query'
import { api, ifMatch, unwrap } from '@/api/client'
import type { IntentHeaders } from '@/api/intent'
import type { components } from '@/api/schema'
import type { BodyOf } from '@/api/shapes'
import { act } from '@/data/work'

export type SpotCheck = components['schemas']['SpotCheck']
export type AnswerInput = BodyOf<'/api/v1/spot-checks/{id}/answer', 'post'>

export const spotChecksQuery = (id: string) =>
  queryOptions({ queryKey: ['wishes', 'spot-checks', id], queryFn: ({ signal }) => unwrap(api.GET('/api/v1/wishes/{id}/spot-checks', { params: { path: { id } }, signal })) })

export const answerSpotCheck = (check: SpotCheck, body: AnswerInput, headers: IntentHeaders) =>
  act(unwrap(api.POST('/api/v1/spot-checks/{id}/answer', { params: { path: { id: check.id } }, body, headers: { ...headers, ...ifMatch(check.version) } })))
