import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { effectScope, reactive } from 'vue'
import { blank } from './collectDraft'
import { type Likenesses, type Sketch, sketchOf, sketchOfWish, useLikeness } from './likeness'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

it('compares what is whole, and of somebody known only who they are', () => {
  const draft = { ...blank('o'), who: 'new' as const, person: { ...blank('').person, name: ' 莫示例 ', phone: '138', birth_date: '1949-1' } }
  expect(sketchOf(draft)).toEqual({ organisation_id: 'o', name: '莫示例' })
  expect(sketchOf({ ...draft, who: 'known', beneficiary: 'b' })).toEqual({ organisation_id: 'o', beneficiary_id: 'b' })
  expect(sketchOfWish({ ...draft, wish: { ...draft.wish, title: '收音机', category: 'thing' } })).toMatchObject({ title: '收音机', category: 'thing' })
})

it('asks for nobody while there is nothing to compare, and keeps what it found of the resident while the wish is written', async () => {
  const answer = { residents: [{ alike: ['name'] }], wishes: [] } as unknown as Likenesses
  const ask = vi.fn<(sketch: Sketch) => Promise<Likenesses>>(async () => answer)
  const draft = reactive(blank('o'))
  const found = effectScope().run(() => useLikeness(() => draft, ask))
  await vi.advanceTimersByTimeAsync(2000)
  expect(ask).not.toHaveBeenCalled()
  draft.who = 'new'
  draft.person.name = '莫示例'
  await vi.advanceTimersByTimeAsync(1000)
  expect(ask).toHaveBeenCalledTimes(1)
  draft.wish.title = '想要收音机'
  await vi.advanceTimersByTimeAsync(1000)
  expect(ask).toHaveBeenCalledTimes(2)
  expect(found?.residents.value).toEqual(answer)
  draft.person.name = '韦示例'
  expect(found?.residents.value.residents).toEqual([])
})
