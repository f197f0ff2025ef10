import { infiniteQueryOptions, queryOptions } from '@tanstack/vue-query'
import { api, ifMatch, unwrap } from '@/api/client'
import type { IntentHeaders } from '@/api/intent'
import type { components } from '@/api/schema'
import { queries } from '@/data/cache'

type Schemas = components['schemas']

export type Import = Schemas['Import']
export type Detail = Schemas['ImportDetail']
export type Row = Schemas['ImportRow']
export type Field = Schemas['ImportField']

const paged = { initialPageParam: undefined as string | undefined, getNextPageParam: (page: { next_cursor: string | null }) => page.next_cursor ?? undefined }

export const importsQuery = () =>
  infiniteQueryOptions({
    queryKey: ['imports', 'all'],
    queryFn: ({ pageParam, signal }) => unwrap(api.GET('/api/v1/imports', { params: { query: { limit: 20, cursor: pageParam } }, signal })),
    ...paged,
  })

/** Asked again each second while rows go in. */
export const importQuery = (id: string) =>
  queryOptions({
    queryKey: ['imports', 'one', id],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/imports/{id}', { params: { path: { id } }, signal })),
    refetchInterval: ({ state }) => (state.data?.status === 'running' ? 1000 : false),
  })

export const rowsQuery = (id: string, fault?: Field) =>
  infiniteQueryOptions({
    queryKey: ['imports', 'rows', id, fault ?? ''],
    queryFn: ({ pageParam, signal }) =>
      unwrap(api.GET('/api/v1/imports/{id}/rows', { params: { path: { id }, query: { outcome: 'faulty', fault, limit: 20, cursor: pageParam } }, signal })),
    ...paged,
  })

async function act<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } finally {
    void queries.invalidateQueries({ queryKey: ['imports'] })
  }
}

/** The file itself is the body; its name stands in a header, since addresses are logged. */
export const send = (organisation_id: string, file: File, headers: IntentHeaders) =>
  act(
    unwrap(
      api.POST('/api/v1/imports', {
        params: { query: { organisation_id } },
        body: file as never,
        bodySerializer: () => file,
        headers: {
          ...headers,
          'Content-Type': file.type || 'application/octet-stream',
          'Content-Disposition': `attachment; filename*=UTF-8''${encodeURIComponent(file.name)}`,
        },
      }),
    ),
  )

const at = ({ id }: Import) => ({ path: { id } })

export const putColumns = (one: Import, columns: (Field | null)[], remember: boolean) =>
  act(unwrap(api.PUT('/api/v1/imports/{id}/columns', { params: { ...at(one), header: ifMatch(one.version) }, body: { columns, remember } })))

export const start = (one: Import, hand_in: boolean, headers: IntentHeaders) =>
  act(unwrap(api.POST('/api/v1/imports/{id}/start', { params: at(one), body: { hand_in }, headers: { ...headers, ...ifMatch(one.version) } })))

export const stop = (one: Import, headers: IntentHeaders) =>
  act(unwrap(api.POST('/api/v1/imports/{id}/stop', { params: at(one), body: {}, headers: { ...headers, ...ifMatch(one.version) } })))

/** The rows that did not go in, as a file. */
export const back = (one: Import) => unwrap(api.POST('/api/v1/imports/{id}/return', { params: at(one), body: {}, parseAs: 'blob' }))
