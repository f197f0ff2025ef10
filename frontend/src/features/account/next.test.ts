import { expect, it } from 'vitest'
import { nextFrom } from './next'

it('follows our own addresses and no others', () => {
  expect(nextFrom('/wishes/1/claim?x=1')).toBe('/wishes/1/claim?x=1')
  for (const bad of ['//evil.example', '/\\evil.example', 'https://evil.example', 'javascript:alert(1)', '', undefined, ['/a']]) expect(nextFrom(bad)).toBeNull()
})
