import { infiniteQueryOptions, queryOptions } from '@tanstack/vue-query'
import { api, ifMatch, unwrap } from '@/api/client'
import type { IntentHeaders } from '@/api/intent'
import type { components } from '@/api/schema'
import type { BodyOf } from '@/api/shapes'
import { queries } from '@/data/cache'
import { act } from '@/data/work'

type Schemas = components['schemas']
export type Plan = Schemas['Plan']
export type Line = Schemas['PlanLine']
export type PlanInput = BodyOf<'/api/v1/plans', 'post'>
export type LineInput = BodyOf<'/api/v1/plans/{id}/lines/{line_id}', 'patch'>

export const plansQuery = () =>
  infiniteQueryOptions({
    queryKey: ['plans', 'all'],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => unwrap(api.GET('/api/v1/plans', { params: { query: { limit: 20, cursor: pageParam } }, signal })),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  })

export const planQuery = (id: string) =>
  queryOptions({
    queryKey: ['plans', 'one', id],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/plans/{id}', { params: { path: { id } }, signal })),
  })

export const linesQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: ['plans', 'lines', id],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      unwrap(api.GET('/api/v1/plans/{id}/lines', { params: { path: { id }, query: { limit: 100, cursor: pageParam } }, signal })),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  })

/** The plan is asked again with what its wishes and claims changed. */
async function changing<T>(answer: Promise<T>): Promise<T> {
  try {
    return await act(answer)
  } finally {
    void queries.invalidateQueries({ queryKey: ['plans'] })
  }
}

export const createPlan = (body: PlanInput, headers: IntentHeaders) => changing(unwrap(api.POST('/api/v1/plans', { body, headers })))

export const changeLine = (plan: Plan, line: string, body: LineInput) =>
  changing(
    unwrap(api.PATCH('/api/v1/plans/{id}/lines/{line_id}', { params: { path: { id: plan.id, line_id: line }, header: ifMatch(plan.version) }, body })),
  )

export const sendPlan = (plan: Plan, headers: IntentHeaders) =>
  changing(unwrap(api.POST('/api/v1/plans/{id}/send', { params: { path: { id: plan.id } }, body: {}, headers: { ...headers, ...ifMatch(plan.version) } })))

export const replan = (plan: Plan, everything: boolean, headers: IntentHeaders) =>
  changing(
    unwrap(api.POST('/api/v1/plans/{id}/replan', { params: { path: { id: plan.id } }, body: { everything }, headers: { ...headers, ...ifMatch(plan.version) } })),
  )
