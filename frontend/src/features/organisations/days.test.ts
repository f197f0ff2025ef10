import { expect, it } from 'vitest'
import { toPolicy, typedDays, wrongDays } from './days'

it('keeps what is inherited apart from what is set', () => {
  const typed = typedDays({ review_days: 3, open_days: null })
  expect(typed).toMatchObject({ review_days: '3', open_days: '', confirm_days: '' })
  expect(toPolicy(typed)).toEqual({ review_days: 3, open_days: null, contact_days: null, delivery_days: null, confirm_days: null, escalation_days: null, reopen_days: null, wall_households: null, most_open_claims: null, spot_check_percent: null, pair_first_days: null })
})

it('takes 1 to 250 working days, up to 1000 households, and 0 to 100 percent', () => {
  expect(wrongDays({ ...typedDays({}), spot_check_percent: '0' })).toEqual([])
  expect(wrongDays({ ...typedDays({}), spot_check_percent: '101' })).toEqual(['spot_check_percent'])
  expect(wrongDays({ ...typedDays({}), wall_households: '1000' })).toEqual([])
  expect(wrongDays({ ...typedDays({}), wall_households: '1001', most_open_claims: '0' })).toEqual(['wall_households', 'most_open_claims'])
  expect(wrongDays({ ...typedDays({}), review_days: '0', open_days: '251', contact_days: '1.5', confirm_days: '250' })).toEqual(['review_days', 'open_days', 'contact_days'])
})
