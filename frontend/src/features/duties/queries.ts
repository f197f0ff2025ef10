import { infiniteQueryOptions, queryOptions } from '@tanstack/vue-query'
import { api, ifMatch, unwrap } from '@/api/client'
import type { IntentHeaders } from '@/api/intent'
import type { components } from '@/api/schema'
import type { BodyOf } from '@/api/shapes'
import { queries } from '@/data/cache'

type Schemas = components['schemas']

export type Duty = Schemas['Duty']
export type Progress = Schemas['DutyProgress']
export type DutyInput = BodyOf<'/api/v1/duties', 'post'>

const paged = { initialPageParam: undefined as string | undefined, getNextPageParam: (page: { next_cursor: string | null }) => page.next_cursor ?? undefined }

export const dutiesQuery = () =>
  infiniteQueryOptions({
    queryKey: ['duties', 'all'],
    queryFn: ({ pageParam, signal }) => unwrap(api.GET('/api/v1/duties', { params: { query: { limit: 20, cursor: pageParam } }, signal })),
    ...paged,
  })

export const dutyQuery = (id: string) =>
  queryOptions({
    queryKey: ['duties', 'one', id],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/duties/{id}', { params: { path: { id } }, signal })),
  })

export const progressQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: ['duties', 'progress', id],
    queryFn: ({ pageParam, signal }) => unwrap(api.GET('/api/v1/duties/{id}/progress', { params: { path: { id }, query: { limit: 20, cursor: pageParam } }, signal })),
    ...paged,
  })

async function act<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } finally {
    void queries.invalidateQueries({ queryKey: ['duties'] })
  }
}

export const create = (body: DutyInput, headers: IntentHeaders) => act(unwrap(api.POST('/api/v1/duties', { body, headers })))

export const withdraw = (one: Duty, headers: IntentHeaders) =>
  act(unwrap(api.POST('/api/v1/duties/{id}/withdraw', { params: { path: { id: one.id } }, body: {}, headers: { ...headers, ...ifMatch(one.version) } })))
