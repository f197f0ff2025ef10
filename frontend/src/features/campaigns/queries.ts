import { infiniteQueryOptions, queryOptions } from '@tanstack/vue-query'
import { api, ifMatch, unwrap } from '@/api/client'
import type { IntentHeaders } from '@/api/intent'
import type { components } from '@/api/schema'
import type { BodyOf } from '@/api/shapes'
import { queries } from '@/data/cache'

type Schemas = components['schemas']

export type Campaign = Schemas['Campaign']
export type PublicCampaign = Schemas['PublicCampaign']
export type Report = Schemas['CampaignReport']
export type Pledge = Schemas['Pledge']
export type Listed = Schemas['CampaignWish']
export type Place = Schemas['CampaignPlace']

/** Those that are open, for anyone. */
export const openQuery = () =>
  infiniteQueryOptions({
    queryKey: ['campaigns', 'open'],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => unwrap(api.GET('/api/v1/campaigns/public', { params: { query: { limit: 20, cursor: pageParam } }, signal })),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  })

/** Its own wall. */
export const wallQuery = (campaign_id: string) =>
  infiniteQueryOptions({
    queryKey: ['wishes', 'campaign', campaign_id],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => unwrap(api.GET('/api/v1/wishes', { params: { query: { campaign_id, limit: 12, cursor: pageParam } }, signal })),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  })

export const ownQuery = (status: Campaign['status'] | '') =>
  infiniteQueryOptions({
    queryKey: ['campaigns', 'own', status],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      unwrap(api.GET('/api/v1/campaigns', { params: { query: { status: status || undefined, limit: 20, cursor: pageParam } }, signal })),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  })

export const campaignQuery = (id: string) =>
  queryOptions({
    queryKey: ['campaigns', 'one', id],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/campaigns/{id}', { params: { path: { id } }, signal })),
  })

export const reportQuery = (id: string) =>
  queryOptions({
    queryKey: ['campaigns', 'report', id],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/campaigns/{id}/report', { params: { path: { id } }, signal })),
  })

export const listQuery = (id: string, place: Place) =>
  infiniteQueryOptions({
    queryKey: ['campaigns', 'list', id, place],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      unwrap(api.GET('/api/v1/campaigns/{id}/wishes', { params: { path: { id }, query: { place, limit: 20, cursor: pageParam } }, signal })),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  })

/** Wishes to take in, by words. */
export const foundQuery = (q: string) =>
  queryOptions({
    queryKey: ['wishes', 'to-place', q],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/wishes', { params: { query: { q, limit: 10 } }, signal })),
  })

/** Organisations to ask, by name. */
export const hostsQuery = (q: string) =>
  queryOptions({
    queryKey: ['organisations', 'hosts', q],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/organisations', { params: { query: { q, limit: 10 } }, signal })),
  })

export const pledgesQuery = (id: string) =>
  queryOptions({
    queryKey: ['campaigns', 'pledges', id],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/campaigns/{id}/pledges', { params: { path: { id }, query: { limit: 100 } }, signal })),
  })

/** Also after a refusal, which often means that someone else was quicker. */
async function act<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } finally {
    void queries.invalidateQueries({ queryKey: ['campaigns'] })
  }
}

const at = (id: string) => ({ path: { id } })

export type CampaignInput = BodyOf<'/api/v1/campaigns', 'post'>
export type CampaignChange = BodyOf<'/api/v1/campaigns/{id}', 'patch'>
export const create = (body: CampaignInput, headers: IntentHeaders) => act(unwrap(api.POST('/api/v1/campaigns', { body, headers })))

export const change = (one: Campaign, body: CampaignChange) =>
  act(unwrap(api.PATCH('/api/v1/campaigns/{id}', { params: { path: { id: one.id }, header: ifMatch(one.version) }, body })))

export const open = (one: Campaign, headers: IntentHeaders) =>
  act(unwrap(api.POST('/api/v1/campaigns/{id}/open', { params: at(one.id), body: {}, headers: { ...headers, ...ifMatch(one.version) } })))

export const close = (id: string, reason: string, headers: IntentHeaders) =>
  act(unwrap(api.POST('/api/v1/campaigns/{id}/close', { params: at(id), body: { reason }, headers })))

export const cancel = (id: string, reason: string, headers: IntentHeaders) =>
  act(unwrap(api.POST('/api/v1/campaigns/{id}/cancel', { params: at(id), body: { reason }, headers })))

export const answer = (id: string, organisation_id: string, yes: boolean, headers: IntentHeaders) => {
  const params = { path: { id, organisation_id } }
  return act(
    yes
      ? unwrap(api.POST('/api/v1/campaigns/{id}/hosts/{organisation_id}/accept', { params, body: {}, headers }))
      : unwrap(api.POST('/api/v1/campaigns/{id}/hosts/{organisation_id}/decline', { params, body: {}, headers })),
  )
}

export const place = (id: string, wish: string, to: Place, headers: IntentHeaders) =>
  act(unwrap(api.POST('/api/v1/campaigns/{id}/wishes', { params: at(id), body: { wish_ids: [wish], place: to }, headers })))

export type PledgeInput = BodyOf<'/api/v1/campaigns/{id}/pledges', 'post'>
export type PledgeChange = BodyOf<'/api/v1/pledges/{id}', 'patch'>
export const join = (id: string, body: PledgeInput, headers: IntentHeaders) =>
  act(unwrap(api.POST('/api/v1/campaigns/{id}/pledges', { params: at(id), body, headers })))

export const changePledge = (one: Pledge, body: PledgeChange) =>
  act(unwrap(api.PATCH('/api/v1/pledges/{id}', { params: { path: { id: one.id }, header: ifMatch(one.version) }, body })))

export const withdraw = (id: string, headers: IntentHeaders) =>
  act(unwrap(api.POST('/api/v1/pledges/{id}/withdraw', { params: at(id), body: {}, headers })))
