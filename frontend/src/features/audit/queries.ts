import { infiniteQueryOptions, queryOptions } from '@tanstack/vue-query'
import { api, unwrap } from '@/api/client'
import type { WishEvent } from '@/domain/types'

export type Kind = WishEvent['kind']

export interface AuditFilter {
  kind: Kind | ''
  /** Days in China, both included. */
  from: string
  until: string
}

const PAGE = 50
const start = (day: string): string => `${day}T00:00:00+08:00`
const dayAfter = (day: string): string => new Date(Date.parse(start(day)) + 86_400_000).toISOString()

/** As the API asks: an instant from which, and one before which. */
export const asQuery = ({ kind, from, until }: AuditFilter) => ({
  kind: kind || undefined,
  from: from ? new Date(start(from)).toISOString() : undefined,
  until: until ? dayAfter(until) : undefined,
})

export const auditQuery = (filter: AuditFilter) =>
  infiniteQueryOptions({
    queryKey: ['audit', 'events', filter],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => unwrap(api.GET('/api/v1/audit/events', { params: { query: { ...asQuery(filter), limit: PAGE, cursor: pageParam } }, signal })),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  })

/** Where the chain ended each day. */
export const headsQuery = () =>
  queryOptions({
    queryKey: ['audit', 'heads'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/audit/head', { signal })),
  })

/** The figures of one calendar year. */
export const packQuery = (year: number) =>
  queryOptions({
    queryKey: ['audit', 'pack', year],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/audit/pack', { params: { query: { year } }, signal })),
  })
