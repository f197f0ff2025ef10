import type { BodyOf } from '@/api/shapes'

export type PolicyInput = BodyOf<'/api/v1/organisations/{id}/policy', 'put'>

export const TERMS = ['review_days', 'open_days', 'contact_days', 'delivery_days', 'confirm_days', 'escalation_days', 'reopen_days', 'wall_households', 'most_open_claims', 'spot_check_percent', 'pair_first_days'] as const
export type Term = (typeof TERMS)[number]
export type Typed = Record<Term, string>

/** As typed; empty means inherited. */
export const typedDays = (own: Partial<Record<Term, number | null>>): Typed =>
  Object.fromEntries(TERMS.map((term) => [term, own[term] == null ? '' : String(own[term])])) as Typed

/** What a rule counts. Most are working days. */
export type Counts = 'days' | 'households' | 'claims' | 'percent'
const counts: Partial<Record<Term, Counts>> = { wall_households: 'households', most_open_claims: 'claims', spot_check_percent: 'percent' }
export const countsOf = (term: Term): Counts => counts[term] ?? 'days'
const most: Record<Counts, number> = { days: 250, households: 1000, claims: 1000, percent: 100 }
export const mostOf = (term: Term): number => most[countsOf(term)]
/** No spot checks, and nobody asked first, are rules too. */
export const leastOf = (term: Term): number => (term === 'spot_check_percent' || term === 'pair_first_days' ? 0 : 1)

const fits = (term: Term, typed: string): boolean => /^\d{1,4}$/.test(typed) && Number(typed) >= leastOf(term) && Number(typed) <= mostOf(term)

export const wrongDays = (typed: Typed): Term[] => TERMS.filter((term) => typed[term].trim() !== '' && !fits(term, typed[term].trim()))

export const toPolicy = (typed: Typed): PolicyInput =>
  Object.fromEntries(TERMS.map((term) => [term, typed[term].trim() === '' ? null : Number(typed[term])])) as PolicyInput
