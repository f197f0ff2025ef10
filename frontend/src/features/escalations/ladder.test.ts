import { expect, it } from 'vitest'
import type { LadderStep } from '@/domain/types'
import { askedSteps } from './ladder'

const ladder = [
  { level: 'village', status: 'past' },
  { level: 'township', status: 'here' },
  { level: 'county', status: 'next' },
  { level: 'city', status: 'next' },
] as LadderStep[]

it('puts the lamp on the step of the one who is asked', () => {
  expect(askedSteps(ladder, '2026-11-23T09:00:00Z').map(({ kind }) => kind)).toEqual(['past', 'past', 'here', 'ahead'])
  expect(askedSteps(ladder, '2026-11-23T09:00:00Z')[2]?.until).toBe('11 月 23 日')
})

it('leaves the top as it is', () => {
  expect(askedSteps(ladder.slice(0, 2), null).map(({ kind }) => kind)).toEqual(['past', 'here'])
})
