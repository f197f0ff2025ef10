import { expect, it } from 'vitest'
import type { WishEvent } from '@/domain/types'
import { happened } from './history'

const event = (over: Partial<WishEvent>): WishEvent => ({ id: 'e', number: 1, kind: 'wish_submitted', at: '2026-11-20T02:05:00Z', data: {}, ...over }) as WishEvent

it('says who did it, where, and in which words', () => {
  const entry = happened(event({ actor: { id: 'u', display_name: '周网格员' }, organisation: { id: 'o', name: '何家坪村', level: 'village' }, data: { reason: '村里凑不出' } }))
  expect(entry.text).toBe('周网格员 · 何家坪村 · “村里凑不出”')
  expect(entry.when).toContain('10:05')
})

it('says so when nobody did it, and knows what it has never heard of', () => {
  expect(happened(event({ kind: 'wish_escalated' }))).toMatchObject({ kind: 'up', text: '到了时间，自动' })
  expect(happened(event({ kind: 'something_new' as never })).title).toBe('有了新动静')
})

it.each([
  [['wish_dispatched'], '到期没有答复，份额已退回'],
  [['wish_dispatched', 'claim_accepted'], '到期没联系上，份额已退回'],
  [['wish_claimed', 'claim_contacted', 'delivery_details_revealed'], '到期没送到，份额已退回'],
  [[], '到期未完成，份额已退回'],
] as const)('tells after %s why a claim lapsed', (kinds, title) => {
  const own = kinds.map((kind, i) => event({ kind, number: i + 1, data: { claim_id: 'a' } }))
  const others = event({ kind: 'claim_contacted', number: 8, data: { claim_id: 'b' } })
  const all = [...own, others, event({ kind: 'claim_lapsed', number: 9, data: { claim_id: 'a' } })]
  expect(all.map(happened).at(-1)?.title).toBe(title)
})
