import { expect, it, vi } from 'vitest'
import { ApiError } from '@/api/error'
import { type Doors, makeOutbox } from './engine'
import type { Item, NewItem, Step } from './item'
import { memoryShelf } from './shelf'

const wish: Step = { kind: 'wish', key: 'w', body: { title: '灯' } as never }
const person: Step = { kind: 'person', key: 'p', body: { name: '王小满', consents: [{ purpose: 'collect', given_by: 'self', given_on: '2026-11-20' }] } as never }
const consent: Step = { kind: 'consent', key: 'c', body: { purpose: 'publish', given_by: 'self', given_on: '2026-11-20' } as never }
const submit: Step = { kind: 'submit', key: 's' }
const photo: Step = { kind: 'photo', key: 'f', photo: 'gone' }
const made = (steps: Step[], title = '灯'): NewItem => ({ title, since: '2026-11-01', form: { who: 'new', beneficiary: '', person: { name: '王小满' }, purposes: ['collect'] }, steps, resident: null })
const refusal = (status: number, code = 'x', errors: { pointer: string; code: string; detail: string }[] = [], retryAfter: number | null = null) => new ApiError(status, code, '说明', errors as never, null, retryAfter)

function outbox(perform: (step: Step, item: Item) => Promise<string | null>, over: Partial<Doors> = {}) {
  const timers: { work: () => void; ms: number }[] = []
  const doors: Doors = {
    shelf: memoryShelf(),
    perform,
    knock: async () => '2026-11-23',
    alone: (work) => work(),
    changed: () => {},
    later(work, ms) {
      timers.push({ work, ms })
      return () => void timers.splice(0)
    },
    ...over,
  }
  return { box: makeOutbox(doors), timers, doors }
}

it('sends in order, hands the ids on, and keeps nothing of what has arrived', async () => {
  const seen: string[] = []
  const { box } = outbox(async (step, item) => {
    seen.push(`${step.kind}/${item.resident ?? '-'}/${item.wish ?? '-'}`)
    return step.kind === 'person' ? 'r1' : step.kind === 'wish' ? 'w1' : null
  })
  const id = await box.add(made([person, consent, wish, submit, photo]))
  await box.flush()
  expect(seen).toEqual(['person/-/-', 'consent/r1/-', 'wish/r1/-', 'submit/r1/w1', 'photo/r1/w1'])
  expect(box.items.value).toEqual([])
  expect(box.sent.value).toEqual([{ id, title: '灯', wish: 'w1', submitted: true }])
})

it.each([0, 401, 408, 425, 429, 500, 503])('keeps it after %i, and sends the very same request again', async (status) => {
  const keys: string[] = []
  let fail = true
  const { box } = outbox(async (step, item) => {
    keys.push(step.key + JSON.stringify(item.steps[0]))
    if (fail) throw refusal(status)
    return 'id'
  })
  await box.add(made([wish]))
  await box.flush()
  expect(box.count.value).toBe(1)
  expect(box.items.value[0]).toMatchObject({ trouble: null, tried: true })
  fail = false
  await box.flush()
  expect(box.count.value).toBe(0)
  expect(new Set(keys).size).toBe(1)
})

it('keeps it while the same request is still running there', async () => {
  const { box, timers } = outbox(async () => Promise.reject(refusal(409, 'idempotency_running', [], 7)))
  await box.add(made([wish]))
  await box.flush()
  expect(box.items.value[0]?.trouble).toBeNull()
  expect(timers[0]?.ms).toBeGreaterThanOrEqual(7000)
})

it.each([400, 403, 404, 409, 422])('after %i it waits for a person, drops nothing, and lets the next go', async (status) => {
  const perform = vi.fn<Doors['perform']>(async (step) => {
    if (step.key === 'w') throw refusal(status, 'invalid', [{ pointer: '/title', code: 'too_short', detail: '太短' }])
    return 'id'
  })
  const { box } = outbox(perform)
  const id = await box.add(made([wish]))
  await box.add(made([{ ...wish, key: 'other' }], '二'))
  await box.flush()
  expect(box.items.value.map(({ title }) => title)).toEqual(['灯'])
  expect(box.items.value[0]?.trouble).toMatchObject({ at: 'wish', errors: [{ pointer: '/title' }] })
  await box.flush()
  expect(perform).toHaveBeenCalledTimes(2)
  await box.mend(id, made([{ ...wish, key: 'new' }]))
  await box.flush()
  expect(perform.mock.lastCall?.[0].key).toBe('new')
  expect(box.count.value).toBe(0)
})

it('does not begin where the server cannot be reached or does not know us', async () => {
  const perform = vi.fn<Doors['perform']>(async () => 'id')
  const knock = vi.fn<Doors['knock']>().mockRejectedValueOnce(ApiError.unreachable('')).mockRejectedValueOnce(refusal(401)).mockResolvedValue('2026-11-23')
  const { box, timers } = outbox(perform, { knock })
  await box.add(made([wish]))
  await box.flush()
  expect([box.standing.value, timers.length]).toEqual(['unreachable', 1])
  await box.flush()
  expect(box.standing.value).toBe('signed_out')
  expect(perform).not.toHaveBeenCalled()
  await box.flush()
  expect([box.standing.value, box.count.value]).toEqual(['open', 0])
})

it('goes on after a failing server with the others, and stops where nothing gets through', async () => {
  const seen: string[] = []
  let status = 500
  const { box } = outbox(async (step) => {
    seen.push(step.key)
    throw refusal(status)
  })
  for (const key of ['1', '2']) await box.add(made([{ ...wish, key }]))
  await box.flush()
  expect(seen.splice(0)).toEqual(['1', '2'])
  status = 0
  await box.flush()
  expect(seen).toEqual(['1'])
})

it('two tabs at once send each thing once', async () => {
  const shelf = memoryShelf()
  let last: Promise<unknown> = Promise.resolve()
  const alone = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = last.then(work)
    last = mine.catch(() => null)
    return mine
  }
  const seen: string[] = []
  const perform = async (step: Step): Promise<string> => {
    seen.push(step.key)
    await new Promise((done) => setTimeout(done, 2))
    return 'id'
  }
  const [one, two] = [outbox(perform, { shelf, alone }), outbox(perform, { shelf, alone })]
  for (const key of ['1', '2', '3']) await one.box.add(made([{ ...wish, key }]))
  await Promise.all([one.box.flush(), two.box.flush()])
  expect(seen).toEqual(['1', '2', '3'])
})

it('what was put in while it was sending goes out too', async () => {
  const seen: string[] = []
  const { box } = outbox(async (step) => {
    seen.push(step.key)
    if (step.key === '1') {
      await box.add(made([{ ...wish, key: '2' }]))
      void box.flush()
    }
    return 'id'
  })
  await box.add(made([{ ...wish, key: '1' }]))
  await box.flush()
  expect(seen).toEqual(['1', '2'])
})

it('a resident shared by two is mended for both', async () => {
  let bad = true
  const keys: string[] = []
  const { box } = outbox(async (step) => {
    keys.push(step.key)
    if (step.kind === 'person' && bad) throw refusal(422)
    return 'id'
  })
  const first = await box.add(made([person, { ...wish, key: '1' }]))
  await box.add(made([person, { ...wish, key: '2' }]))
  await box.flush()
  bad = false
  keys.splice(0)
  await box.mend(first, made([{ ...person, key: 'p2' } as Step, { ...wish, key: '1' }]))
  await box.flush()
  expect(keys).toEqual(['p2', '1', 'p2', '2'])
})

it('what is on its way is not opened to be changed, and nothing is sent once it is closed', async () => {
  const perform = vi.fn<Doors['perform']>(async () => Promise.reject(refusal(0)))
  const { box } = outbox(perform)
  const id = await box.add(made([wish]))
  expect(await box.hold(id)).toBe(true)
  await box.flush()
  expect(perform).not.toHaveBeenCalled()
  await box.mend(id, made([wish]))
  await box.flush()
  expect(await box.hold(id)).toBe(false)
  expect(await box.mend(id, made([{ ...wish, key: 'twice' }]))).toBe(false)
  box.close()
  await box.flush()
  expect(perform).toHaveBeenCalledTimes(1)
})
