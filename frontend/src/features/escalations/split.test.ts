import { expect, it } from 'vitest'
import { asParts } from './split'

it('takes whole quantities, leaves out what is empty, and names what is neither', () => {
  expect(asParts({ a: '3', b: ' ', c: '' })).toEqual({ parts: [{ organisation_id: 'a', quantity: 3 }], wrong: new Set() })
  expect(asParts({ a: '0', b: '1.5', c: '2' })).toEqual({ parts: [{ organisation_id: 'c', quantity: 2 }], wrong: new Set(['a', 'b']) })
})
