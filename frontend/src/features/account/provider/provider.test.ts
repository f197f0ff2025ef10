import { expect, it } from 'vitest'
import { backFrom } from './provider'

it('takes what the provider sent back, and nothing else', () => {
  expect(backFrom({ code: 'a', state: 'b', next: '/x' })).toEqual({ code: 'a', state: 'b' })
  expect(backFrom({ code: 'a', state: 'b', iss: 'https://id.example.org' })).toEqual({ code: 'a', state: 'b', iss: 'https://id.example.org' })
  expect(backFrom({ error: 'access_denied', state: 'b' })).toBeNull()
  expect(backFrom({ code: ['a', 'b'], state: 'b' })).toBeNull()
})
