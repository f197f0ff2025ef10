import { expect, test } from 'vitest'
import { before, windowOf } from './period'

test('a period ends with this month, the last one before it', () => {
  expect(windowOf('year', '2026-11-20')).toEqual({ from: '2026-01', to: '2026-11' })
  expect(windowOf('quarter', '2026-11-20')).toEqual({ from: '2026-10', to: '2026-11' })
  expect(windowOf('month', '2026-11-20')).toEqual({ from: '2026-11', to: '2026-11' })
  expect(windowOf('last', '2026-01-20')).toEqual({ from: '2025-12', to: '2025-12' })
})

test('the period before is as long', () => {
  expect(before({ from: '2026-01', to: '2026-11' })).toEqual({ from: '2025-02', to: '2025-12' })
  expect(before({ from: '2026-01', to: '2026-01' })).toEqual({ from: '2025-12', to: '2025-12' })
})
