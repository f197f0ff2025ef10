import { expect, it } from 'vitest'
import { codeOf, inGroups } from './code'

it('takes a code as it is read aloud or copied', () => {
  expect(codeOf(' 123 456 ')).toBe('123456')
  expect(codeOf('abcd-efgh')).toBe('abcd-efgh')
  expect(codeOf(' \t')).toBe('')
})

it('shows a secret so that it can be typed', () => {
  expect(inGroups('JBSWY3DPEHPK3PXP')).toBe('JBSW Y3DP EHPK 3PXP')
  expect(inGroups('ABCDE')).toBe('ABCD E')
})
