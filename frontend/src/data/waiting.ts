import { queryOptions } from '@tanstack/vue-query'
import { api, unwrap } from '@/api/client'
import type { IntentHeaders } from '@/api/intent'
import type { components } from '@/api/schema'
import { queries } from './cache'

type Schemas = components['schemas']

export type Waiting = Schemas['Waiting']

/** The places that I may see; a claimant's own among them, also while the wish is all taken. */
export const waitingQuery = (wish?: string) =>
  queryOptions({
    queryKey: ['waiting', wish ?? 'all'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/waiting', { params: { query: { wish_id: wish, limit: 100 } }, signal })),
  })

export type WaitingInput = Schemas['NewWaiting']

export async function joinWaitingList(wish: string, body: WaitingInput, headers: IntentHeaders): Promise<Waiting> {
  const place = await unwrap(api.POST('/api/v1/wishes/{id}/waiting', { params: { path: { id: wish } }, body, headers }))
  void queries.invalidateQueries({ queryKey: ['waiting'] })
  return place
}

export async function leaveWaitingList(id: string): Promise<void> {
  await unwrap(api.DELETE('/api/v1/waiting/{id}', { params: { path: { id }, header: { 'If-Match': '*' } } }))
  void queries.invalidateQueries({ queryKey: ['waiting'] })
}
