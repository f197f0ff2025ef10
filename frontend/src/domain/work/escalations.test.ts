import { expect, it } from 'vitest'
import type { Escalation } from '@/domain/types'
import { standing } from './escalations'

const went = (created_at: string, status: Escalation['status'], instruction?: string) => ({ id: created_at, created_at, status, instruction }) as Escalation

it('holds what the superior said last, whatever the order of the list', () => {
  const list = [went('2026-11-20T00:00:00Z', 'returned', '先问镇残联'), went('2026-11-03T00:00:00Z', 'superseded')]
  expect(standing(list)?.instruction).toBe('先问镇残联')
  expect(standing(list.toReversed())?.instruction).toBe('先问镇残联')
})

it('says nothing once the wish went up again, or was never sent back', () => {
  expect(standing([went('2026-11-03T00:00:00Z', 'returned', '先问镇残联'), went('2026-11-20T00:00:00Z', 'accepted')])).toBeNull()
  expect(standing([])).toBeNull()
})
