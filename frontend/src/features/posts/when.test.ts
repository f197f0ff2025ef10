import { expect, test } from 'vitest'
import { count, instant, quarters, span, typed } from './when'

test('a shift is told by its day and its hours in China', () => {
  const from = instant('2099-06-21', '08:00')
  expect(from).toBe('2099-06-21T00:00:00.000Z')
  expect(typed(from)).toEqual({ day: '2099-06-21', time: '08:00' })
  expect(span(from, instant('2099-06-21', '12:00'))).toMatch(/08:00–12:00$/)
  expect(span(from, instant('2099-06-22', '06:00'))).toMatch(/08:00 – .*06:00$/)
})

test('hours are typed to the quarter, people by whole numbers', () => {
  expect(['1.5', '0', '0.3', '-1', '', 'x'].map(quarters)).toEqual([1.5, 0, null, null, null, null])
  expect(['3', '0', '2.5', ''].map((text) => count(text, 1))).toEqual([3, null, null, null])
})
