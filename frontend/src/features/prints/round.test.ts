import { expect, test } from 'vitest'
import type { Claim } from '@/domain/types'
import { roundOf, stopOf, toBring } from './round'

const claim = (id: string, more: Partial<Claim>): Claim => ({ id, status: 'active', ...more }) as Claim
const stops = [
  stopOf(claim('a', { deliver_by: '2026-11-25T15:59:59Z' }), '柳湾街道'),
  stopOf(claim('b', { contact_by: '2026-11-23T16:30:00Z' }), '新井镇'),
  stopOf(claim('c', { deliver_by: '2026-11-23T15:59:59Z' }), '柳湾街道'),
  stopOf(claim('d', {}), null),
]

test('a day is a day in China', () => {
  expect(stops.map(({ due }) => due)).toEqual(['2026-11-25', '2026-11-24', '2026-11-23', ''])
})

test('place by place, what is due first first', () => {
  const round = roundOf(stops, '2026-11-23', false)
  expect(round.map(({ name, stops: its }) => [name, its.map((one) => one.claim.id)])).toEqual([['柳湾街道', ['c', 'a']], ['新井镇', ['b']], ['', ['d']]])
})

test('only what is due by that day, and no empty place', () => {
  expect(roundOf(stops, '2026-11-24', true).map(({ name, stops: its }) => [name, its.length])).toEqual([['柳湾街道', 1], ['新井镇', 1]])
  expect(roundOf(stops, '2026-11-22', true)).toEqual([])
})

test('what was brought or given back is not brought again', () => {
  expect(toBring([claim('a', {}), claim('b', { status: 'delivered' }), claim('c', { status: 'released' })]).map(({ id }) => id)).toEqual(['a'])
})
