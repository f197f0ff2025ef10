import { expect, test } from 'vitest'
import { handOver, takeCode } from './cardCode'

test('a code is given out once, for its own wish alone', () => {
  handOver('a', '407219')
  expect(takeCode('a')).toBe('407219')
  expect(takeCode('a')).toBe('')
  handOver('a', '407219')
  expect(takeCode('b')).toBe('')
  expect(takeCode('a')).toBe('')
  expect(takeCode(undefined)).toBe('')
})
