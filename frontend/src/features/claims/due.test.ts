import { expect, it } from 'vitest'
import type { Claim } from '@/domain/types'
import { dueOf, inOrder, isLate, isSoon } from './due'

const claim = (id: string, of: Partial<Claim>): Claim => ({ id, status: 'active', ...of }) as Claim

it('asks to call before it asks to bring', () => {
  const times = { contact_by: '2026-11-23T10:00:00Z', deliver_by: '2026-12-04T10:00:00Z' }
  expect(dueOf(claim('a', times))).toMatchObject({ todo: 'contact', by: times.contact_by })
  expect(dueOf(claim('a', { ...times, contacted_at: '2026-11-21T10:00:00Z' }))).toMatchObject({ todo: 'deliver', by: times.deliver_by })
})

it('puts first what is due first, and last what waits for others', () => {
  const order = inOrder([
    claim('waits', { status: 'delivered', confirm_by: '2026-11-01T00:00:00Z' }),
    claim('lit', { status: 'confirmed' }),
    claim('later', { contact_by: '2026-11-25T00:00:00Z' }),
    claim('answer', { status: 'proposed', answer_by: '2026-11-22T00:00:00Z' }),
  ])
  expect(order.map((due) => due.claim.id)).toEqual(['answer', 'later', 'waits'])
})

it('knows late from soon', () => {
  const now = new Date('2026-11-22T00:00:00Z')
  const by = (contact_by: string) => dueOf(claim('a', { contact_by }))
  expect(isLate(by('2026-11-21T00:00:00Z'), now)).toBe(true)
  expect([isLate(by('2026-11-23T00:00:00Z'), now), isSoon(by('2026-11-23T00:00:00Z'), now)]).toEqual([false, true])
  expect(isSoon(by('2026-11-30T00:00:00Z'), now)).toBe(false)
})
