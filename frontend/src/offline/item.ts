import type { ApiError, FieldError } from '@/api/error'
import type { NewBeneficiary, NewConsent, NewWish } from '@/data/collecting'
import { possibleDay } from './clock'

/** Each thing to send has its own Idempotency-Key, made when it was put in and never changed: it takes effect once. */
export type Step =
  | { kind: 'person'; key: string; body: NewBeneficiary }
  | { kind: 'consent'; key: string; body: NewConsent }
  | { kind: 'wish'; key: string; body: Omit<NewWish, 'beneficiary_id'> }
  | { kind: 'submit'; key: string }
  | { kind: 'photo'; key: string; photo: string }
export type StepKind = Step['kind']
export type PersonStep = Extract<Step, { kind: 'person' }>

/** What has to be put right by a person: the server's words, at the step that it refused; or the form is open again. */
export interface Trouble {
  at: StepKind | 'held'
  code: string
  detail: string
  errors: readonly FieldError[]
}

/** What the outbox knows of the form that it keeps to be opened again. */
export interface Form {
  who: string
  beneficiary: string
  person: { name: string }
  purposes: readonly string[]
}

/** One collecting: a resident with consents, a wish, photos. */
export interface Item {
  id: string
  /** Its place in the line, given by the shelf: clocks go wrong. */
  order: number
  title: string
  /** The day on which the server had last spoken when this was written down: nothing in it can be older. */
  since: string
  form: Form
  /** What is left to do, in this order. What is done is not kept. */
  steps: readonly Step[]
  resident: string | null
  wish: string | null
  submitted: boolean
  /** The first of the steps may have reached the server: until it has answered, nothing in it may change. */
  tried: boolean
  trouble: Trouble | null
}

export type NewItem = Pick<Item, 'title' | 'since' | 'form' | 'steps' | 'resident'>

export const newItem = (made: NewItem, id: string): Item => ({ ...made, id, order: 0, wish: null, submitted: false, tried: false, trouble: null })

/** What an answer that is none means for what waits. */
export type Verdict = 'again' | 'sign_in' | 'fix'

const SIGN_IN = ['totp_required', 'password_change_required']

export function verdictOn(error: ApiError): Verdict {
  if (error.status === 401 || SIGN_IN.includes(error.code)) return 'sign_in'
  return error.passing ? 'again' : 'fix'
}

/** The first step is done; `id` is what it made. */
export function afterStep(item: Item, id: string | null): Item {
  const [done, ...steps] = item.steps
  const next: Item = { ...item, steps, tried: false, trouble: null }
  if (done?.kind === 'wish') return { ...next, wish: id }
  if (done?.kind === 'submit') return { ...next, submitted: true }
  if (done?.kind !== 'person') return next
  // Entered: the form names them from now on, and what identifies them need not lie here any longer.
  const form = { ...item.form, who: 'known', beneficiary: id ?? '', person: { name: item.form.person.name }, purposes: [] }
  return { ...next, form, resident: id }
}

export function refused(item: Item, error: ApiError): Item {
  const at = item.steps[0]?.kind ?? 'wish'
  // A refusal stored nothing, so what was refused may be written anew.
  return { ...item, tried: false, trouble: { at, code: error.code, detail: error.detail, errors: error.errors } }
}

/** Consents were dated by the telephone. What cannot be is put right before it is first sent, and stays so. */
export function dated(item: Item, today: string): Item {
  if (item.tried) return item
  const right = <C extends NewConsent>(consent: C): C => ({ ...consent, given_on: possibleDay(consent.given_on, item.since, today) })
  const steps = item.steps.map((step): Step => {
    if (step.kind === 'consent') return { ...step, body: right(step.body) }
    return step.kind === 'person' ? { ...step, body: { ...step.body, consents: (step.body.consents ?? []).map(right) } } : step
  })
  return { ...item, steps }
}

/** It may be opened and written anew: it needs to be, or nothing of it is on its way. */
export const mayChange = (item: Item): boolean => !item.tried && item.wish === null
