import { expect, test } from 'vitest'
import { wishNumber } from './wishNumber'

test('eight digits in two fours, the same for the same wish, whatever stands before', () => {
  expect(wishNumber('0193f5a0-7c11-7000-8000-0000000004d2')).toBe('0000 1234')
  expect(wishNumber('0193f5a0-7c11-7000-8000-00000000000a')).toBe('0000 0010')
  expect(wishNumber('0193f5a0-7c11-7abc-9def-1234ffffffff')).toBe('9496 7295')
  expect(wishNumber('0293f5a0-7c11-7abc-9def-5678ffffffff')).toBe('9496 7295')
})
