import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ApiError } from '@/api/error'
import { follow, type Open } from './follow'

/** Streams that the test writes; an error instead of one is a refusal. */
function feed(...answers: (Error | undefined)[]) {
  const asked: (string | null)[] = []
  const streams: { say: (text: string) => void; end: () => void; broken: boolean }[] = []
  const open: Open = (after, signal) => {
    const refusal = answers[asked.length]
    asked.push(after)
    if (refusal) return Promise.reject(refusal)
    let to: ReadableStreamDefaultController<Uint8Array>
    const body = new ReadableStream<Uint8Array>({ start: (controller) => void (to = controller) })
    const stream = { say: (text: string) => to.enqueue(new TextEncoder().encode(text)), end: () => to.close(), broken: false }
    signal.addEventListener('abort', () => {
      stream.broken = true
      to.error(signal.reason)
    })
    streams.push(stream)
    return Promise.resolve(body)
  }
  return { open, asked, streams }
}

let heard: string[]
let place: string | null
const to = { told: (at: string) => heard.push(at), still: () => heard.push('still'), lost: () => heard.push('lost') }
const kept = { get: () => place, keep: (at: string | null) => void (place = at) }
let leave: AbortController
const event = (id: string, at: string): string => `id: ${id}\nevent: wish_created\ndata: ${JSON.stringify({ at })}\n\n`
const pass = (time: number) => vi.advanceTimersByTimeAsync(time)

beforeEach(() => {
  vi.useFakeTimers()
  heard = []
  place = null
  leave = new AbortController()
})
afterEach(() => {
  leave.abort()
  vi.useRealTimers()
})

test('goes on where a stream ended: at once where it had lived, later and later where it did not', async () => {
  const { open, asked, streams } = feed()
  void follow(open, kept, to, leave.signal)
  await pass(0)
  streams[0]?.say(event('a', '1') + event('b', '2'))
  await pass(12_000)
  streams[0]?.end()
  await pass(300)
  expect(asked).toEqual([null, 'b'])
  streams[1]?.say(': still here\n\n')
  streams[1]?.end()
  await pass(900)
  expect(asked.length).toBe(2)
  await pass(1_100)
  expect(asked).toEqual([null, 'b', 'b'])
  expect(heard).toEqual(['1', '2', 'still'])
})

test('a line that says nothing is given up, and so is the one that is left', async () => {
  const { open, asked, streams } = feed()
  void follow(open, kept, to, leave.signal)
  await pass(14_000)
  streams[0]?.say(': still here\n\n')
  await pass(14_000)
  expect(streams[0]?.broken).toBe(false)
  await pass(1_000)
  expect([streams[0]?.broken, heard]).toEqual([true, ['still', 'lost']])
  await pass(300)
  leave.abort()
  await pass(600_000)
  expect([asked.length, streams[1]?.broken, heard.length]).toEqual([2, true, 2])
})

test('a refusal ends it; too many ask later; a place that is not one is forgotten', async () => {
  place = 'torn'
  const { open, asked } = feed(new ApiError(400, 'bad_cursor', ''), new ApiError(429, 'rate_limited', '', [], null, 30), new ApiError(403, 'forbidden', ''))
  void follow(open, kept, to, leave.signal)
  await pass(2_000)
  expect(asked).toEqual(['torn', null])
  await pass(28_900)
  expect(asked.length).toBe(2)
  await pass(1_000_000)
  expect([asked.length, heard]).toEqual([3, ['lost', 'lost', 'lost']])
})
