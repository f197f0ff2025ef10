import { expect, it } from 'vitest'
import { accepted, codeMissing, sentBack } from './word'

it('takes six digits however they were typed', () => {
  expect(codeMissing({ method: 'code', code: '12 34 5' })).toBe(true)
  expect(codeMissing({ method: 'call', code: '' })).toBe(false)
  expect(accepted({ method: 'code', code: '12 34 56' })).toEqual({ accepted: true, method: 'code', code: '123456' })
  expect(accepted({ method: 'witness', code: '123456' })).toEqual({ accepted: true, method: 'witness' })
})

it('sends back with a reason, and never by code', () => {
  expect(sentBack({ method: 'code', code: '' }, '少一只')).toEqual({ accepted: false, method: 'call', note: '少一只' })
  expect(sentBack({ method: 'witness', code: '' }, '少一只')).toEqual({ accepted: false, method: 'witness', note: '少一只' })
})
