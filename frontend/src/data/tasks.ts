import { infiniteQueryOptions, queryOptions } from '@tanstack/vue-query'
import { api, unwrap } from '@/api/client'
import type { components } from '@/api/schema'

type Schemas = components['schemas']

export type Task = Schemas['Task']
export type TaskKind = Schemas['TaskKind']
export type TaskCounts = Schemas['TaskCounts']

/** What waits for me, by kind. Asked again while somebody looks, and after what they did; not by the second. */
export const taskCountsQuery = () =>
  queryOptions({
    queryKey: ['tasks', 'counts'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/me/tasks/counts', { signal })),
    staleTime: 60_000,
    refetchInterval: 120_000,
  })

/** The first of some kinds, kind by kind. */
export const firstTasksQuery = (kinds: readonly TaskKind[], limit: number) =>
  queryOptions({
    queryKey: ['tasks', 'first', kinds, limit],
    queryFn: async ({ signal }) => {
      const pages = await Promise.all(kinds.map((kind) => unwrap(api.GET('/api/v1/me/tasks', { params: { query: { kind, limit } }, signal }))))
      return pages.flatMap(({ items }) => items).slice(0, limit)
    },
  })

export const allTasksQuery = () =>
  infiniteQueryOptions({
    queryKey: ['tasks', 'all'],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => unwrap(api.GET('/api/v1/me/tasks', { params: { query: { limit: 20, cursor: pageParam } }, signal })),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  })
