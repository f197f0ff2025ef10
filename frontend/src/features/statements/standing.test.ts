import { describe, expect, it } from 'vitest'
import type { Difference, Statement } from './queries'
import { isOpen, rowOf, standing } from './standing'

const statement = (of: Partial<Statement>) => ({ status: 'done', open: 0, apart: { count: 0, total_fen: 0 }, ...of }) as Statement
const difference = (of: Partial<Difference>) => ({ number: 7, outcome: 'amount_differs', ...of }) as Difference

describe('where a statement stands', () => {
  it('says first that it runs, then what is open, then that it does not hold what it says', () => {
    const apart = { count: 0, total_fen: -5 }
    expect(standing(statement({ status: 'running', open: 3 }))).toBe('running')
    expect(standing(statement({ open: 3, apart }))).toBe('open')
    expect(standing(statement({ apart }))).toBe('apart')
    expect(standing(statement({ apart: { count: 1, total_fen: 0 } }))).toBe('apart')
    expect(standing(statement({}))).toBe('clear')
  })
})

describe('a difference', () => {
  it('has a row, unless the file passes it over', () => {
    expect(rowOf(difference({}))).toBe(7)
    expect(rowOf(difference({ outcome: 'missing_there' }))).toBeNull()
  })

  it('is open until it is settled, and not where it was booked', () => {
    expect(isOpen(difference({}))).toBe(true)
    expect(isOpen(difference({ settled_at: '2026-11-20T00:00:00Z' }))).toBe(false)
    expect(isOpen(difference({ outcome: 'missing_here' }))).toBe(false)
  })
})
