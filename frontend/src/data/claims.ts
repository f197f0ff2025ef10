import { queryOptions } from '@tanstack/vue-query'
import { api, unwrap } from '@/api/client'
import type { IntentHeaders } from '@/api/intent'
import type { components } from '@/api/schema'
import type { Claim, DeliveryDetails, LookPurpose } from '@/domain/types'
import { queries } from './cache'

type Schemas = components['schemas']

export const myClaimsQuery = () =>
  queryOptions({
    queryKey: ['claims', 'mine'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/claims', { params: { query: { mine: true, limit: 100 } }, signal })),
  })

export const claimQuery = (id: string) =>
  queryOptions({
    queryKey: ['claims', 'one', id],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/claims/{id}', { params: { path: { id } }, signal })),
  })

export const recordQuery = (claimant: string) =>
  queryOptions({
    queryKey: ['claims', 'record', claimant],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/claimants/{id}/record', { params: { path: { id: claimant } }, signal })),
  })

/** What every act on a claim has in common: the lists must follow. */
async function act<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } finally {
    void queries.invalidateQueries({ queryKey: ['claims'] })
    void queries.invalidateQueries({ queryKey: ['wishes'] })
    void queries.invalidateQueries({ queryKey: ['tasks'] })
  }
}

const at = (id: string) => ({ path: { id } })

export const acceptClaim = (id: string, headers: IntentHeaders): Promise<Claim> =>
  act(unwrap(api.POST('/api/v1/claims/{id}/accept', { params: at(id), body: {}, headers })))

export const declineClaim = (id: string, reason: string, headers: IntentHeaders): Promise<Claim> =>
  act(unwrap(api.POST('/api/v1/claims/{id}/decline', { params: at(id), body: { reason }, headers })))

export const releaseClaim = (id: string, reason: string, headers: IntentHeaders): Promise<Claim> =>
  act(unwrap(api.POST('/api/v1/claims/{id}/release', { params: at(id), body: { reason }, headers })))

export const contactClaim = (id: string, headers: IntentHeaders): Promise<Claim> =>
  act(unwrap(api.POST('/api/v1/claims/{id}/contact', { params: at(id), body: {}, headers })))

export type DeliveryInput = Schemas['NewDelivery']

export const deliverClaim = (id: string, body: DeliveryInput, headers: IntentHeaders): Promise<Claim> =>
  act(unwrap(api.POST('/api/v1/claims/{id}/deliveries', { params: at(id), body, headers })))

export type PacksInput = Schemas['NewPacks']

export const deliverClaims = (body: PacksInput, headers: IntentHeaders): Promise<Schemas['ClaimList']> =>
  act(unwrap(api.POST('/api/v1/deliveries', { body, headers })))

export type ConfirmationInput = Schemas['NewConfirmation']

export const confirmClaim = (id: string, body: ConfirmationInput, headers: IntentHeaders): Promise<Claim> =>
  act(unwrap(api.POST('/api/v1/claims/{id}/confirmation', { params: at(id), body, headers })))

/** Not a query on purpose: every look is recorded, so nothing may look again by itself. */
export const revealDeliveryDetails = (id: string, purpose: LookPurpose, headers: IntentHeaders): Promise<DeliveryDetails> =>
  unwrap(api.POST('/api/v1/claims/{id}/delivery-details', { params: at(id), body: { purpose }, headers }))
