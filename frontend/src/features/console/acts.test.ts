import { expect, it } from 'vitest'
import { mainAct } from './acts'

const after = (...may: string[]) => mainAct({ may, remaining: 1 })

it('offers what brings the wish on, and nothing that the server does not allow', () => {
  expect(after('update_wish', 'submit_wish', 'withdraw_wish')).toBe('submit')
  expect(after('review_wish', 'withdraw_wish')).toBe('job-review')
  expect(after('dispatch_wish', 'escalate_wish')).toBe('job-dispatch')
  expect(mainAct({ may: ['dispatch_wish'], remaining: 0 })).toBeNull()
  expect(after('create_feedback')).toBe('work-feedback')
  expect(after('withdraw_wish')).toBeNull()
  expect(after()).toBeNull()
})
