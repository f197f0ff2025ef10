import { expect, it } from 'vitest'
import { pause } from './backoff'
import { clockOf, possibleDay } from './clock'
import { afterStep, dated, type Item, mayChange, newItem, type Step } from './item'

const consents = (given_on: string) => [{ purpose: 'collect', given_by: 'self', given_on }]
const item = (given_on: string): Item =>
  newItem(
    {
      title: '灯',
      since: '2026-11-01',
      form: { who: 'new', beneficiary: '', person: { name: '王小满', phone: '07005550100' } as never, purposes: ['collect'] },
      steps: [{ kind: 'person', key: 'p', body: { name: '王小满', consents: consents(given_on) } as never }, { kind: 'wish', key: 'w', body: {} as never }],
      resident: null,
    },
    'i',
  )
const day = ({ steps }: Item): string | undefined => (steps[0] as Extract<Step, { kind: 'person' }>).body.consents?.[0]?.given_on

it('what identifies a resident is not kept once they are entered', () => {
  const after = afterStep(item('2026-11-20'), 'r')
  expect(after).toMatchObject({ resident: 'r', form: { who: 'known', beneficiary: 'r', person: { name: '王小满' }, purposes: [] } })
  expect(JSON.stringify(after)).not.toContain('07005550100')
})

it('a day that cannot be is the day of sending; one that can be stays, and none changes once it was sent', () => {
  expect(day(dated(item('2026-11-20'), '2026-11-23'))).toBe('2026-11-20')
  expect(day(dated(item('2027-11-20'), '2026-11-23'))).toBe('2026-11-23')
  expect(day(dated(item('2025-11-20'), '2026-11-23'))).toBe('2026-11-23')
  expect(day(dated({ ...item('2027-11-20'), tried: true }, '2026-11-23'))).toBe('2027-11-20')
  expect(possibleDay('2026-11-23', '2026-11-23', '2026-11-23')).toBe('2026-11-23')
})

it('may be changed until something of it is on its way', () => {
  expect(mayChange(item('2026-11-20'))).toBe(true)
  expect(mayChange({ ...item('2026-11-20'), tried: true })).toBe(false)
  expect(mayChange({ ...item('2026-11-20'), wish: 'w' })).toBe(false)
})

it('learns the time from an answer', () => {
  expect(clockOf('Mon, 23 Nov 2026 09:00:00 GMT', Date.parse('2027-11-23T09:00:00Z'))).toEqual({ offset: -365 * 86_400_000, seen: Date.parse('2026-11-23T09:00:00Z') })
  expect(clockOf(null)).toBeNull()
})

it('waits longer each time, never all at once, never less than asked, never more than five minutes', () => {
  expect([0, 1, 2].map((tries) => pause(tries, null, 1))).toEqual([5000, 10_000, 20_000])
  expect(pause(3, null, 0)).toBe(20_000)
  expect(pause(99, null, 1)).toBe(300_000)
  expect(pause(0, 60, 0)).toBe(60_000)
})
