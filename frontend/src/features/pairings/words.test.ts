import { expect, test } from 'vitest'
import { typedRhythm } from './words'

test('a rhythm is so many months or days', () => {
  expect(typedRhythm(' 1', 'month')).toEqual({ every: 1, unit: 'month' })
  expect(typedRhythm('366', 'day')).toEqual({ every: 366, unit: 'day' })
  for (const [typed, unit] of [['13', 'month'], ['0', 'day'], ['367', 'day'], ['1.5', 'month'], ['', 'day'], ['每月', 'month']] as const) expect(typedRhythm(typed, unit)).toBeNull()
})
