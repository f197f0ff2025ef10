import { expect, it } from 'vitest'
import { asQuery } from './queries'

it('asks for whole days as they are counted in China', () => {
  expect(asQuery({ kind: '', from: '2026-11-20', until: '2026-11-20' })).toEqual({ kind: undefined, from: '2026-11-19T16:00:00.000Z', until: '2026-11-20T16:00:00.000Z' })
})

it('leaves out what is not chosen', () => {
  expect(asQuery({ kind: 'beneficiary_revealed', from: '', until: '' })).toEqual({ kind: 'beneficiary_revealed', from: undefined, until: undefined })
})
