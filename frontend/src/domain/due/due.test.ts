import { expect, it } from 'vitest'
import { byDue, chinaDay, daysUntil, dueLong, dueShort, isHot } from './due'

const now = new Date('2026-11-20T15:30:00Z') // 23:30 on the 20th in China

it('counts the days of China', () => {
  expect(chinaDay('2026-11-20T16:30:00Z')).toBe('2026-11-21')
  expect(daysUntil('2026-11-20T15:59:00Z', now)).toBe(0)
  expect(daysUntil('2026-11-20T16:01:00Z', now)).toBe(1)
  expect(daysUntil('2026-12-04', now)).toBe(14)
})

it('says a date, and today and tomorrow as such', () => {
  expect(dueShort('2026-11-20T15:59:00Z', now)).toBe('今天')
  expect(dueShort('2026-11-21T09:00:00Z', now)).toBe('明天')
  expect(dueShort('2026-11-27T09:00:00Z', now)).toBe('11 月 27 日')
  expect(dueShort('2026-11-20T10:00:00Z', now)).toBe('已过 11 月 20 日')
  expect(dueLong('2026-11-27T09:00:00Z', now)).toBe('11 月 27 日前要办')
})

it('is hot on the last day and after', () => {
  expect(isHot('2026-11-20T15:59:00Z', now)).toBe(true)
  expect(isHot('2026-11-19T15:59:00Z', now)).toBe(true)
  expect(isHot('2026-11-21T15:00:00Z', now)).toBe(false)
})

it('puts what is due first first, and what has no date last', () => {
  const order = [{ due: null }, { due: '2026-11-27T09:00:00Z' }, { due: '2026-11-21T09:00:00Z' }].toSorted(byDue)
  expect(order.map(({ due }) => due)).toEqual(['2026-11-21T09:00:00Z', '2026-11-27T09:00:00Z', null])
})
