import { expect, it } from 'vitest'
import type { Wish } from '@/domain/types'
import { different, dispatchable, following, hotCount, inOrder, type Job, late, neighbour, redListed, wishJob } from './jobs'

const job = (id: string, due: string | null = null, wishId = id): Job => ({ id, wishId, title: id, lamp: 'open', about: '', due })
const wish = (over: Record<string, unknown>): Wish =>
  ({ view: 'worker', id: 'w', title: '鞋', status: 'open', quantity: 1, reserved: 0, remaining: 1, unit: 'item', category: { code: 'thing', name_zh: '添一物' }, holder: { name: '何家坪村' }, ...over }) as unknown as Wish

it('puts the most urgent first and counts a wish once', () => {
  const jobs = inOrder([job('b', '2026-11-24T00:00:00Z'), job('c'), job('a', '2026-11-21T00:00:00Z')])
  expect(jobs.map(({ id }) => id)).toEqual(['a', 'b', 'c'])
  expect(different([jobs, [job('claim', null, 'a')]])).toBe(3)
  expect(hotCount(jobs, new Date('2026-11-22T00:00:00Z'))).toBe(1)
})

it('walks the list and stays at its ends', () => {
  const jobs = ['a', 'b', 'c'].map((id) => job(id))
  expect(neighbour(jobs, null, 1)?.id).toBe('a')
  expect(neighbour(jobs, 'a', 1)?.id).toBe('b')
  expect(neighbour(jobs, 'c', 1)?.id).toBe('c')
  expect(neighbour(jobs, 'a', -1)?.id).toBe('a')
  expect(neighbour([], 'a', 1)).toBeUndefined()
})

it('takes up the next when one is done, and the one before at the end', () => {
  const jobs = ['a', 'b'].map((id) => job(id))
  expect(following(jobs, 'a')?.id).toBe('b')
  expect(following(jobs, 'b')?.id).toBe('a')
  expect(following([job('a')], 'a')).toBeUndefined()
})

it('keeps the red list apart from what is merely late, and leaves alone what is not ours', () => {
  const red = wish({ id: 'r', red_listed_since: '2026-11-01T00:00:00Z' })
  const slow = wish({ id: 's' })
  const theirs = wish({ id: 'p', view: 'public' })
  expect(redListed([red, slow, theirs]).map(({ id }) => id)).toEqual(['r'])
  expect(late([red, slow, theirs]).map(({ id }) => id)).toEqual(['s'])
  expect(dispatchable([wish({ remaining: 0 }), slow, theirs])).toEqual([slow])
})

it('says who holds it, what kind it is and how far it has come', () => {
  expect(wishJob(wish({ quantity: 20, reserved: 14, remaining: 6, unit: 'person' })).about).toBe('何家坪村 · 添一物 · 14 人 / 20 人')
  expect(wishJob(wish({})).about).toBe('何家坪村 · 添一物')
})
