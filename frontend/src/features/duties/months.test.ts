import { expect, test } from 'vitest'
import { monthsOf } from './months'

test('a duty has its own months, also over the end of a year', () => {
  const ahead = [{ campaign_id: '1', title: '重阳', starts_on: '2026-11-20', ends_on: '2027-01-05' }]
  const months = monthsOf({ from: '2026-11-15', to: '2027-02-14' }, { days: ['2026-11-20', '2026-11-28', '2027-02-01'], ahead }, '2026-12-01')
  expect(months).toEqual([
    { month: '2026-11', days: ['2026-11-20', '2026-11-28'], ahead: [] },
    { month: '2026-12', days: [], ahead: ['重阳'] },
    { month: '2027-01', days: [], ahead: ['重阳'] },
    { month: '2027-02', days: ['2027-02-01'], ahead: [] },
  ])
})
