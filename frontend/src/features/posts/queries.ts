import { infiniteQueryOptions, queryOptions } from '@tanstack/vue-query'
import { api, ifMatch, unwrap } from '@/api/client'
import type { IntentHeaders } from '@/api/intent'
import type { components } from '@/api/schema'
import type { BodyOf } from '@/api/shapes'
import { queries } from '@/data/cache'

type Schemas = components['schemas']

export type HeldPost = Schemas['HeldPost']
export type PublicPost = Schemas['PublicPost']
export type Shift = Schemas['Shift']
export type SignUp = Schemas['SignUp']
export type Kind = Schemas['PostKind']

/** Those that are open, for anyone. */
export const openQuery = (kind: Kind | '') =>
  infiniteQueryOptions({
    queryKey: ['posts', 'open', kind],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => unwrap(api.GET('/api/v1/posts', { params: { query: { kind: kind || undefined, limit: 20, cursor: pageParam } }, signal })),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  })

export const postQuery = (id: string) =>
  queryOptions({
    queryKey: ['posts', 'public', id],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/posts/{id}', { params: { path: { id } }, signal })),
  })

export const ownQuery = () =>
  infiniteQueryOptions({
    queryKey: ['posts', 'own'],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => unwrap(api.GET('/api/v1/sign-ups', { params: { query: { limit: 20, cursor: pageParam } }, signal })),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  })

export const heldListQuery = (status: HeldPost['status'] | '') =>
  infiniteQueryOptions({
    queryKey: ['posts', 'held', status],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      unwrap(api.GET('/api/v1/posts/held', { params: { query: { status: status || undefined, limit: 20, cursor: pageParam } }, signal })),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  })

export const heldQuery = (id: string) =>
  queryOptions({
    queryKey: ['posts', 'one', id],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/posts/{id}/held', { params: { path: { id } }, signal })),
  })

/** Who signed up for a shift, the first first. */
export const sheetQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: ['posts', 'sheet', id],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      unwrap(api.GET('/api/v1/shifts/{id}/sign-ups', { params: { path: { id }, query: { limit: 100, cursor: pageParam } }, signal })),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  })

/** Wishes for people that wait on the wall of an organisation. */
export const wishesQuery = (holder_id: string) =>
  queryOptions({
    queryKey: ['wishes', 'to-serve', holder_id],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/wishes', { params: { query: { holder_id, status: 'open', limit: 100 } }, signal })),
  })

/** Also after a refusal, which often means that someone else was quicker. */
async function act<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } finally {
    void queries.invalidateQueries({ queryKey: ['posts'] })
  }
}

const at = (id: string) => ({ path: { id } })

export type PostInput = BodyOf<'/api/v1/posts', 'post'>
export const create = (body: PostInput, headers: IntentHeaders) => act(unwrap(api.POST('/api/v1/posts', { body, headers })))

export type PostChange = BodyOf<'/api/v1/posts/{id}', 'patch'>
export const change = (one: HeldPost, body: PostChange) =>
  act(unwrap(api.PATCH('/api/v1/posts/{id}', { params: { path: { id: one.id }, header: ifMatch(one.version) }, body })))

export const open = (one: HeldPost, headers: IntentHeaders) =>
  act(unwrap(api.POST('/api/v1/posts/{id}/open', { params: at(one.id), body: {}, headers: { ...headers, ...ifMatch(one.version) } })))

export const cancel = (id: string, reason: string, headers: IntentHeaders) =>
  act(unwrap(api.POST('/api/v1/posts/{id}/cancel', { params: at(id), body: { reason }, headers })))

export type ShiftInput = BodyOf<'/api/v1/posts/{id}/shifts', 'post'>
export const addShift = (id: string, body: ShiftInput, headers: IntentHeaders) =>
  act(unwrap(api.POST('/api/v1/posts/{id}/shifts', { params: at(id), body, headers })))

export const changeShift = (one: HeldPost, id: string, body: ShiftInput) =>
  act(unwrap(api.PATCH('/api/v1/shifts/{id}', { params: { path: { id }, header: ifMatch(one.version) }, body })))

export const cancelShift = (id: string, reason: string, headers: IntentHeaders) =>
  act(unwrap(api.POST('/api/v1/shifts/{id}/cancel', { params: at(id), body: { reason }, headers })))

export const signUp = (shift: string, claimant_id: string, places: number, headers: IntentHeaders) =>
  act(unwrap(api.POST('/api/v1/shifts/{id}/sign-ups', { params: at(shift), body: { claimant_id, places }, headers })))

export const withdraw = (id: string, headers: IntentHeaders) =>
  act(unwrap(api.POST('/api/v1/sign-ups/{id}/withdraw', { params: at(id), body: {}, headers })))

export type Attendance = BodyOf<'/api/v1/sign-ups/{id}/attendance', 'post'>
export const mark = (id: string, body: Attendance, headers: IntentHeaders) =>
  act(unwrap(api.POST('/api/v1/sign-ups/{id}/attendance', { params: at(id), body, headers })))
