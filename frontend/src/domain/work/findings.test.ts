import { expect, it } from 'vitest'
import type { Finding } from '@/domain/types'
import { piecesOf, toDismissals, unresolved } from './findings'

const found = (start: number, end: number, more: Partial<Finding> = {}): Finding =>
  ({ id: `f${start}`, field: 'public_summary', kind: 'phone_number', severity: 'must_resolve', start, end, text: '', message: { zh: '', en: '' }, ...more }) as Finding

it('cuts a text where something was found, and loses none of it', () => {
  const text = '👵住在 3 栋，电话 13800000000。'
  const findings = [found(13, 24), found(4, 7)]
  const pieces = piecesOf(text, findings)
  expect(pieces.map((piece) => piece.text).join('')).toBe(text)
  expect(pieces.filter((piece) => piece.finding).map((piece) => piece.text)).toEqual([text.slice(4, 7), text.slice(13, 24)])
})

it('shows one of two that overlap, and nothing of a text that has changed since', () => {
  expect(piecesOf('0123456789', [found(2, 6), found(4, 8)]).map((piece) => piece.text)).toEqual(['01', '2345', '6789'])
  expect(piecesOf('短', [found(2, 6)])).toEqual([{ text: '短' }])
})

it('lets nothing pass that must be resolved and was not said to be a false alarm', () => {
  const all = [found(1, 2), found(3, 4), found(5, 6, { severity: 'advice' })]
  expect(unresolved(all, { f1: 'not_personal', f3: '' }).map(({ id }) => id)).toEqual(['f3'])
  expect(unresolved(all, { f1: 'not_personal', f3: 'public_body' })).toEqual([])
})

it('sends only what it was told of what is still there', () => {
  expect(toDismissals([found(1, 2), found(3, 4)], { f1: 'asked_for', f3: '', old: 'not_personal' })).toEqual([{ finding_id: 'f1', reason: 'asked_for' }])
})
