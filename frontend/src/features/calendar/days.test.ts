import { describe, expect, test } from 'vitest'
import { holiday, isOf, makeUp, withDays, worked } from './days'

describe('the days of a notice', () => {
  test('a holiday leaves its weekends out', () => {
    expect(holiday('2026-02-15', '2026-02-23', '春节').map(({ date }) => date)).toEqual(['2026-02-16', '2026-02-17', '2026-02-18', '2026-02-19', '2026-02-20', '2026-02-23'])
    expect(holiday('2026-02-23', '2026-02-15', '春节')).toEqual([])
  })

  test('only a weekend day is made up for', () => {
    expect(makeUp('2026-02-14', '春节')).toEqual([{ date: '2026-02-14', working: true, name: '春节' }])
    expect(makeUp('2026-02-13', '春节')).toEqual([])
  })

  test('a day stands once, in order', () => {
    const days = withDays(holiday('2026-05-01', '2026-05-01', '劳动'), [...makeUp('2026-01-04', '元旦'), ...holiday('2026-05-01', '2026-05-05', '劳动节')])
    expect(days.map(({ date, name }) => `${date} ${name}`)).toEqual(['2026-01-04 元旦', '2026-05-01 劳动节', '2026-05-04 劳动节', '2026-05-05 劳动节'])
  })

  test('the year without holidays has 261 working days, and each off or on counts', () => {
    expect(worked(2026, [])).toBe(261)
    expect(worked(2026, [...holiday('2026-02-15', '2026-02-23', '春节'), ...makeUp('2026-02-14', '春节')])).toBe(256)
  })

  test('dates are of the year', () => {
    expect([isOf(2026, '2026-02-14'), isOf(2026, '2027-02-14'), isOf(2026, '')]).toEqual([true, false, false])
  })
})
