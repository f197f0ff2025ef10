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
export type Template = Schemas['ReportTemplate']

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

export const templateQuery = (id: string) =>
  queryOptions({
    queryKey: ['figures', 'template', id],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/organisations/{id}/report-template', { params: { path: { id } }, signal })),
  })

async function told(answer: Promise<Template>): Promise<Template> {
  try {
    return await answer
  } finally {
    void queries.invalidateQueries({ queryKey: ['figures', 'template'] })
  }
}

/** Whoever sends a template puts it in place of any other: what they saw of the organisation does not matter. */
const anyVersion = { 'If-Match': '*' }

/** The file itself is the body. */
export const sendTemplate = (id: string, file: File) =>
  told(
    unwrap(
      api.PUT('/api/v1/organisations/{id}/report-template', {
        params: { path: { id }, header: anyVersion },
        body: file as never,
        bodySerializer: () => file,
        headers: {
          'Content-Type': file.type || 'application/octet-stream',
          'Content-Disposition': `attachment; filename*=UTF-8''${encodeURIComponent(file.name)}`,
        },
      }),
    ),
  )

export const sayFields = (id: string, fields: { name: string; field: string | null }[]) =>
  told(unwrap(api.PUT('/api/v1/organisations/{id}/report-template/fields', { params: { path: { id }, header: anyVersion }, body: { fields } })))

/** A report in its organisation's own sheet. */
export const reportSheet = (id: string) => unwrap(api.GET('/api/v1/reports/{id}/sheet', { params: { path: { id } }, parseAs: 'blob' }))
