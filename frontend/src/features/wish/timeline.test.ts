import { expect, it } from 'vitest'
import type { Wish, WishEvent } from '@/domain/types'
import { entries } from './timeline'

const event = (kind: string, more: Partial<WishEvent> = {}): WishEvent =>
  ({ id: kind, number: 1, kind, at: '2026-11-19T02:00:00Z', data: {}, ...more }) as WishEvent
const wish = (status: Wish['status']): Wish => ({ status, open_until: '2026-11-27T10:00:00Z' }) as Wish

it('tells what happened, where it stands and what is still to come', () => {
  const all = entries(wish('open'), [
    event('wish_published'),
    event('wish_escalated', { organisation: { id: 'o', name: '青禾县', level: 'county' }, data: { reason: '还差两份' } }),
    event('wish_claimed', { claimant: '一位返乡的年轻人' }),
  ])
  expect(all.map(({ kind }) => kind)).toEqual(['past', 'up', 'past', 'now', 'next'])
  expect(all[1]?.text).toBe('青禾县 · “还差两份”')
  expect(all[2]?.text).toBe('一位返乡的年轻人')
  expect(all[3]?.text).toContain('11 月 27 日')
})

it('ends with the light when it is lit, and has nothing left to promise', () => {
  expect(entries(wish('fulfilled'), [event('claim_confirmed')]).map(({ kind }) => kind)).toEqual(['lit'])
})

it('has a word for an event it does not know yet', () => {
  expect(entries(wish('withdrawn'), [event('something_new')])[0]?.title).not.toBe('')
})
