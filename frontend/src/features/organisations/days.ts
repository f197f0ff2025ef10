import type { BodyOf } from '@/api/shapes'

export type PolicyInput = BodyOf<'/api/v1/organisations/{id}/policy', 'put'>

export const TERMS = ['review_days', 'open_days', 'contact_days', 'delivery_days', 'confirm_days', 'escalation_days', 'reopen_days', 'wall_households', 'most_open_claims', 'pair_first_days'] as const
export type Term = (typeof TERMS)[number]
export type Typed = Record<Term, string>

/** As typed; empty means inherited. */
export const typedDays = (own: Partial<Record<Term, number | null>>): Typed =>
  Object.fromEntries(TERMS.map((term) => [term, own[term] == null ? '' : String(own[term])])) as Typed

/** 0 asks nobody first. */
export const leastOf = (term: Term): number => (term === 'pair_first_days' ? 0 : 1)

/** What a rule counts. Most are working days. */
export type Counts = 'days' | 'households' | 'claims'
export const countsOf = (term: Term): Counts => (term === 'wall_households' ? 'households' : term === 'most_open_claims' ? 'claims' : 'days')
export const mostOf = (term: Term): number => (countsOf(term) === 'days' ? 250 : 1000)

export const wrongDays = (typed: Typed): Term[] => TERMS.filter((term) => typed[term].trim() !== '' && !(/^\d{1,4}$/.test(typed[term].trim()) && Number(typed[term]) >= leastOf(term) && Number(typed[term]) <= mostOf(term)))

export const toPolicy = (typed: Typed): PolicyInput =>
  Object.fromEntries(TERMS.map((term) => [term, typed[term].trim() === '' ? null : Number(typed[term])])) as PolicyInput
