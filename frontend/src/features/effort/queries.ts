import { queryOptions } from '@tanstack/vue-query'
import { api, unwrap } from '@/api/client'
import type { components } from '@/api/schema'
import { act } from '@/data/work'

export type EffortKind = components['schemas']['EffortKind']

export const effortsQuery = (id: string) =>
  queryOptions({ queryKey: ['wishes', 'efforts', id], queryFn: ({ signal }) => unwrap(api.GET('/api/v1/wishes/{id}/efforts', { params: { path: { id } }, signal })) })

/** Everybody notes their own: what others changed of the wish meanwhile does not matter. */
export const putEffort = (id: string, kind: EffortKind, minutes: number) =>
  act(unwrap(api.PUT('/api/v1/wishes/{id}/efforts/{kind}', { params: { path: { id, kind }, header: { 'If-Match': '*' } }, body: { minutes } })))
