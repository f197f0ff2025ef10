import { expect, it } from 'vitest'
import { emptyErrand, errandOf } from './errand'

it('is sent once it says to whom, and when the resident agreed', () => {
  const draft = emptyErrand('2026-11-20')
  expect(errandOf(draft)).toBeNull()
  expect(errandOf({ ...draft, organisation: 'o' })).toEqual({ to_organisation_id: 'o', agreed_on: '2026-11-20' })
  expect(errandOf({ ...draft, organisation: 'o', agreed: '' })).toBeNull()
  expect(errandOf({ ...draft, where: 'outside', organisation: 'o', office: ' ' })).toBeNull()
  expect(errandOf({ ...emptyErrand('2026-11-20', '县医保局'), organisation: 'o', answerBy: '2026-12-01' })).toEqual({ office: '县医保局', agreed_on: '2026-11-20', answer_by: '2026-12-01' })
})
