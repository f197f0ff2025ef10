import { infiniteQueryOptions, queryOptions } from '@tanstack/vue-query'
import { api, unwrap } from '@/api/client'
import type { IntentHeaders } from '@/api/intent'
import type { components } from '@/api/schema'
import { queries } from '@/data/cache'
import type { Window } from './period'

type Schemas = components['schemas']

export type Board = Schemas['Figures']
export type Figure = Schemas['Figure']
export type Definition = Schemas['FigureDefinition']
export type Branch = Schemas['BranchFigures']
export type Report = Schemas['Report']
export type Frozen = Schemas['Frozen']

/** Read again every minute, and sooner when something happens (useLive.ts); no figure is more than two seconds behind. */
export const boardQuery = (id: string, window: Window) =>
  queryOptions({
    queryKey: ['figures', 'board', id, window],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/organisations/{id}/figures', { params: { path: { id }, query: { ...window } }, signal })),
    refetchInterval: 60_000,
  })

export const reportsQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: ['figures', 'reports', id],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      unwrap(api.GET('/api/v1/organisations/{id}/reports', { params: { path: { id }, query: { limit: 5, cursor: pageParam } }, signal })),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  })

export async function freeze(id: string, body: Window, headers: IntentHeaders): Promise<Report> {
  try {
    return await unwrap(api.POST('/api/v1/organisations/{id}/reports', { params: { path: { id } }, body, headers }))
  } finally {
    void queries.invalidateQueries({ queryKey: ['figures', 'reports'] })
  }
}
