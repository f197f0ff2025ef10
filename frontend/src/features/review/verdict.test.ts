import { expect, it } from 'vitest'
import { faultOf, toInput, type Verdict } from './verdict'

const yes: Verdict = { answers: { urgent: 'yes', feasible: 'yes', practical: 'yes' }, note: '', audience: '' }

it('publishes only what was asked three times and passed three times', () => {
  expect(faultOf(yes, 'publish')).toBeNull()
  expect(faultOf({ ...yes, answers: { urgent: 'yes' } }, 'publish')).toBe('unanswered')
  expect(faultOf({ ...yes, answers: { ...yes.answers, practical: 'no' } }, 'publish')).toBe('notPassed')
})

it('returns and declines only with words', () => {
  expect(faultOf(yes, 'return')).toBe('noteMissing')
  expect(faultOf({ ...yes, note: ' ' }, 'decline')).toBe('noteMissing')
  expect(faultOf({ answers: {}, note: '数量没写清', audience: '' }, 'return')).toBeNull()
})

it('sends what was said and leaves the rest out', () => {
  expect(toInput({ ...yes, note: ' 好 ', audience: 'o' }, 'publish')).toEqual({ decision: 'publish', urgent: true, feasible: true, practical: true, note: '好', audience_id: 'o' })
  expect(toInput({ answers: { urgent: 'no' }, note: '再问问', audience: 'o' }, 'return')).toEqual({
    decision: 'return',
    urgent: false,
    feasible: false,
    practical: false,
    note: '再问问',
    audience_id: undefined,
  })
})
