import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { effectScope, reactive } from 'vue'
import type { Finding } from '@/domain/types'
import { type DraftText, useTextCheck } from './useTextCheck'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const finding = { text: '3 栋' } as Finding

function using(check: (text: DraftText) => Promise<Finding[]>) {
  const draft = reactive<DraftText>({ organisation_id: 'o', title: '', public_summary: '' })
  const found = effectScope().run(() => useTextCheck(() => ({ ...draft }), check))
  if (!found) throw new Error('no scope')
  return { draft, found }
}

it('asks once when the hand rests, and forgets the answer when the text goes on', async () => {
  const check = vi.fn<(text: DraftText) => Promise<Finding[]>>(async () => [finding])
  const { draft, found } = using(check)
  await vi.advanceTimersByTimeAsync(2000)
  expect(check).not.toHaveBeenCalled()
  for (const text of ['住', '住在', '住在 3 栋']) {
    draft.public_summary = text
    await vi.advanceTimersByTimeAsync(300)
  }
  await vi.advanceTimersByTimeAsync(900)
  expect(check).toHaveBeenCalledTimes(1)
  expect(found.value).toEqual([finding])
  draft.public_summary = '住在楼上'
  expect(found.value).toEqual([])
})

it('says nothing of an answer that came too late, or not at all', async () => {
  let answer: (items: Finding[]) => void = () => {}
  const { draft, found } = using(() => new Promise((come) => (answer = come)))
  draft.title = '想要棉鞋'
  await vi.advanceTimersByTimeAsync(1000)
  draft.title = '想要一双棉鞋'
  await vi.advanceTimersByTimeAsync(0)
  answer([finding])
  await vi.advanceTimersByTimeAsync(0)
  expect(found.value).toEqual([])

  const failing = using(() => Promise.reject(new Error('offline')))
  failing.draft.title = '想要棉鞋'
  await vi.advanceTimersByTimeAsync(1000)
  expect(failing.found.value).toEqual([])
})
