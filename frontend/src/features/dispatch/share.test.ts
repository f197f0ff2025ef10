import { expect, it } from 'vitest'
import type { Claim } from '@/domain/types'
import { asTyped, faultOf, holders, isFull, typedQuantity } from './share'

it('reads whole numbers, and money in yuan', () => {
  expect(typedQuantity('3', 'item')).toBe(3)
  expect(typedQuantity('0', 'item')).toBeNull()
  expect(typedQuantity('1.5', 'hour')).toBeNull()
  expect(typedQuantity('80.5', 'fen')).toBe(8050)
  expect(typedQuantity('0', 'fen')).toBeNull()
  expect(asTyped(8050, 'fen')).toBe('80.5')
})

it('says what is missing before anything is sent', () => {
  expect(faultOf('1', 'item', 2, null)).toBe('nobody')
  expect(faultOf('x', 'item', 2, 'c')).toBe('noQuantity')
  expect(faultOf('3', 'item', 2, 'c')).toBe('tooMuch')
  expect(faultOf('2', 'item', 2, 'c')).toBeNull()
})

it('knows who holds a share already, and who has no hand free', () => {
  const claim = (id: string, status: string) => ({ claimant: { id }, status }) as unknown as Claim
  expect([...holders([claim('a', 'active'), claim('b', 'declined'), claim('c', 'proposed')])]).toEqual(['a', 'c'])
  expect(isFull({ open_claims: 2, capacity: 2 })).toBe(true)
})
