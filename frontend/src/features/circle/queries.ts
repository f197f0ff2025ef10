import { infiniteQueryOptions, queryOptions } from '@tanstack/vue-query'
import { api, ifMatch, unwrap } from '@/api/client'
import type { IntentHeaders } from '@/api/intent'
import type { components } from '@/api/schema'
import type { BodyOf } from '@/api/shapes'
import { queries } from '@/data/cache'

type Schemas = components['schemas']

export type Choices = Schemas['CircleChoices']
export type Application = Schemas['Application']
export type Status = Schemas['ApplicationStatus']
export type NewApplication = BodyOf<'/api/v1/circles/{id}/applications', 'post'>
export type Approval = BodyOf<'/api/v1/applications/{id}/approve', 'post'>

const at = (id: string) => ({ path: { id } })

export const circlesQuery = (q: string) =>
  infiniteQueryOptions({
    queryKey: ['circles', q],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => unwrap(api.GET('/api/v1/circles', { params: { query: { q: q || undefined, limit: 20, cursor: pageParam } }, signal })),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  })

export const circleQuery = (id: string) =>
  queryOptions({
    queryKey: ['circles', 'one', id],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/circles/{id}', { params: at(id), signal })),
  })

/** Whether it takes applications: only those that do are listed. */
export const admitsQuery = (id: string, name: string) =>
  queryOptions({
    queryKey: ['circles', 'admits', id],
    queryFn: async ({ signal }) => {
      const { items } = await unwrap(api.GET('/api/v1/circles', { params: { query: { q: name.slice(0, 60), limit: 100 } }, signal }))
      return items.some((one) => one.id === id)
    },
  })

export const applicationsQuery = (status: Status | '') =>
  infiniteQueryOptions({
    queryKey: ['applications', 'list', status],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => unwrap(api.GET('/api/v1/applications', { params: { query: { status: status || undefined, limit: 20, cursor: pageParam } }, signal })),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  })

export const applicationQuery = (id: string) =>
  queryOptions({
    queryKey: ['applications', 'one', id],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/applications/{id}', { params: at(id), signal })),
  })

/** Also after a refusal, which often means that someone else was quicker. */
async function act<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } finally {
    void queries.invalidateQueries({ queryKey: ['applications'] })
    void queries.invalidateQueries({ queryKey: ['circles'] })
    void queries.invalidateQueries({ queryKey: ['tasks'] })
  }
}

export const apply = (id: string, body: NewApplication, headers: IntentHeaders) =>
  act(unwrap(api.POST('/api/v1/circles/{id}/applications', { params: at(id), body, headers })))

/** The code is in the body, and so in no address or history. */
export const lookUp = (code: string) => unwrap(api.POST('/api/v1/applications/look-up', { body: { code } }))

export const approve = (one: Application, body: Approval) =>
  act(unwrap(api.POST('/api/v1/applications/{id}/approve', { params: at(one.id), body, headers: ifMatch(one.version) })))

export const decline = (one: Application, reason: string, headers: IntentHeaders) =>
  act(unwrap(api.POST('/api/v1/applications/{id}/decline', { params: at(one.id), body: { reason }, headers: { ...headers, ...ifMatch(one.version) } })))

export const putCircle = (id: string, open: boolean) =>
  act(unwrap(api.PUT('/api/v1/circles/{id}', { params: { ...at(id), header: { 'If-Match': '*' } }, body: { open } })))
