import { describe, expect, test } from 'vitest'
import { fen, said, whole } from './amount'

describe('what is typed of an amount', () => {
  test('nothing is no promise, and what is no number is a mistake', () => {
    expect([whole(''), whole(' 12 '), whole('0'), whole('-3'), whole('1.5'), whole('三')]).toEqual([null, 12, undefined, undefined, undefined, undefined])
    expect([fen(''), fen('200'), fen('0'), fen('两百')]).toEqual([null, 20_000, undefined, undefined])
  })
  test('what is nothing is left out', () => {
    expect(said({ wishes: 3, hours: null, value_fen: 0 })).toBe('3 件')
    expect(said({ wishes: 2, hours: 4 })).toBe('2 件、4 小时')
  })
})
