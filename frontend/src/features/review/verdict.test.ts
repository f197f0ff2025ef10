import { expect, it } from 'vitest'
import type { Finding } from '@/domain/types'
import { faultOf, toInput, type Verdict } from './verdict'

const yes: Verdict = { answers: { urgent: 'yes', feasible: 'yes', practical: 'yes' }, note: '', audience: '', dismissed: {} }

it('publishes only what was asked three times and passed three times', () => {
  expect(faultOf(yes, 'publish')).toBeNull()
  expect(faultOf({ ...yes, answers: { urgent: 'yes' } }, 'publish')).toBe('unanswered')
  expect(faultOf({ ...yes, answers: { ...yes.answers, practical: 'no' } }, 'publish')).toBe('notPassed')
})

it('returns and declines only with words', () => {
  expect(faultOf(yes, 'return')).toBe('noteMissing')
  expect(faultOf({ ...yes, note: ' ' }, 'decline')).toBe('noteMissing')
  expect(faultOf({ answers: {}, note: '数量没写清', audience: '', dismissed: {} }, 'return')).toBeNull()
})

it('publishes no text in which something must be resolved', () => {
  const finding = { id: 'f', severity: 'must_resolve' } as Finding
  expect(faultOf(yes, 'publish', [finding])).toBe('findings')
  const passed = { ...yes, dismissed: { f: 'public_body' } } as const
  expect(faultOf(passed, 'publish', [finding])).toBeNull()
  expect(toInput(passed, 'publish', [finding]).dismissed).toEqual([{ finding_id: 'f', reason: 'public_body' }])
  expect(toInput({ ...passed, note: '改' }, 'return', [finding]).dismissed).toBeUndefined()
})

it('sends what was said and leaves the rest out', () => {
  expect(toInput({ ...yes, note: ' 好 ', audience: 'o' }, 'publish')).toEqual({ decision: 'publish', urgent: true, feasible: true, practical: true, note: '好', audience_id: 'o' })
  expect(toInput({ answers: { urgent: 'no' }, note: '再问问', audience: 'o', dismissed: {} }, 'return')).toEqual({
    decision: 'return',
    urgent: false,
    feasible: false,
    practical: false,
    note: '再问问',
    audience_id: undefined,
  })
})
