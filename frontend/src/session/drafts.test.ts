import { beforeEach, expect, it } from 'vitest'
import { dropDraft, keepDraft, readDraft } from './drafts'
import { wipeDrafts } from './wipe'

beforeEach(() => sessionStorage.clear())

it('gives a draft back to the one who wrote it, and to nobody else', () => {
  keepDraft('collect', 'zhou', { title: '灯' })
  expect(readDraft('collect', 'zhou')).toEqual({ title: '灯' })
  expect(readDraft('collect', 'liu')).toBeNull()
  dropDraft('collect')
  expect(readDraft('collect', 'zhou')).toBeNull()
})

it('forgets all at sign-out, and those of others when somebody signs in', () => {
  keepDraft('collect', 'zhou', 1)
  keepDraft('edit', 'liu', 2)
  sessionStorage.setItem('other', 'stays')
  wipeDrafts('liu')
  expect(readDraft('collect', 'zhou')).toBeNull()
  expect(readDraft('edit', 'liu')).toBe(2)
  wipeDrafts()
  expect(readDraft('edit', 'liu')).toBeNull()
  expect(sessionStorage.getItem('other')).toBe('stays')
})

it('is not put off by a broken store', () => {
  sessionStorage.setItem('draft:collect', '{')
  expect(readDraft('collect', 'zhou')).toBeNull()
})
