import { api, unwrap } from '@/api/client'
import type { IntentHeaders } from '@/api/intent'
import type { BodyOf } from '@/api/shapes'
import { queries } from './cache'
import { act } from './work'

/** What noting a wish takes: the resident, what they agreed to, the wish, and handing it in. */
export type NewBeneficiary = BodyOf<'/api/v1/beneficiaries', 'post'>
export type NewConsent = BodyOf<'/api/v1/beneficiaries/{id}/consents', 'post'>
export type NewWish = BodyOf<'/api/v1/wishes', 'post'>

async function aboutPeople<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } finally {
    void queries.invalidateQueries({ queryKey: ['beneficiaries'] })
  }
}

export const createBeneficiary = (body: NewBeneficiary, headers: IntentHeaders) => aboutPeople(unwrap(api.POST('/api/v1/beneficiaries', { body, headers })))

export const addConsent = (id: string, body: NewConsent, headers: IntentHeaders) =>
  aboutPeople(unwrap(api.POST('/api/v1/beneficiaries/{id}/consents', { params: { path: { id } }, body, headers })))

export const createWish = (body: NewWish, headers: IntentHeaders) => act(unwrap(api.POST('/api/v1/wishes', { body, headers })))

export const submitWish = (id: string, headers: IntentHeaders) =>
  act(unwrap(api.POST('/api/v1/wishes/{id}/submit', { params: { path: { id } }, body: {}, headers })))
