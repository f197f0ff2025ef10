import { expect, test } from 'vitest'
import { askedOf, personalBody, plainBody } from './asked'

test('a list is asked for as it was narrowed down', () => {
  const asked = askedOf({ subject: 'wishes', q: ' 轮椅 ', overdue: 'true' }, 'place')
  expect(plainBody({ ...asked, to: '2026-11' })).toEqual({
    organisation_id: 'place',
    list: { subject: 'wishes', filter: { status: undefined, q: '轮椅', overdue: true, origin_id: 'place', from: '2026-11', to: '2026-11' } },
  })
  expect(plainBody(askedOf({ subject: 'claims', status: 'active' }, 'place')).list).toEqual({ subject: 'claims', filter: { status: 'active' } })
  expect(askedOf({ subject: 'nonsense' }, 'place').subject).toBe('wishes')
})

test('what names residents says what it is for', () => {
  const asked = { ...askedOf({ subject: 'residents' }, 'place'), purpose: ' 送县民政局核对 ' }
  expect(personalBody(asked)).toEqual({ organisation_id: 'place', list: { subject: 'residents', filter: {} }, purpose: '送县民政局核对' })
})
