import { expect, test } from 'vitest'
import { tsv } from './tsv'

test('each cell keeps its column and its line', () => {
  expect(tsv([['哪一项', '分子'], ['待\t认\n领', 12], ['', -3], [null, { numerator: 1, denominator: 8 }]])).toBe('哪一项\t分子\n待 认 领\t12\n\t-3\n\t12.5%')
})

test('what is pasted is never a formula', () => {
  expect(tsv([['=1+1', '+86', '-', '@a', ' =x']])).toBe("'=1+1\t'+86\t'-\t'@a\t'=x")
})
