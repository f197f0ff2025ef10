import { expect, it } from 'vitest'
import type { TaskCounts } from '@/data/tasks'
import { zh } from './messages'
import { badge, countOf, sections } from './sections'

const counts: TaskCounts = {
  items: [
    { kind: 'wish_overdue', count: 2, more: false },
    { kind: 'wish_due_soon', count: 99, more: true },
    { kind: 'review', count: 1, more: false },
  ],
  wishes: 99,
  more: true,
}

it('adds up the kinds of a part, and says when there are more than were counted', () => {
  expect(badge(countOf(counts, ['review']))).toBe('1')
  expect(badge(countOf(counts, ['wish_overdue', 'wish_due_soon']))).toBe('101+')
  expect(badge(countOf(undefined, ['review']))).toBe('0')
})

it('has a place for every kind of task', () => {
  expect(sections.flatMap(({ kinds }) => kinds).toSorted()).toEqual(Object.keys(zh.kind).toSorted())
})
