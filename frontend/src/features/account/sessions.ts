import { api, unwrap } from '@/api/client'
import type { IntentHeaders } from '@/api/intent'

export const sessionsQuery = () => ({
  queryKey: ['sessions'],
  queryFn: () => unwrap(api.GET('/api/v1/me/sessions')),
})

export const endSession = (id: string, headers: IntentHeaders) =>
  unwrap(api.DELETE('/api/v1/me/sessions/{id}', { params: { path: { id }, header: { 'If-Match': '*' } }, headers }))

export const endOtherSessions = (_: null, headers: IntentHeaders) => unwrap(api.POST('/api/v1/me/sessions/end-others', { body: {}, headers }))
