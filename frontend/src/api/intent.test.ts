import { expect, it, vi } from 'vitest'
import { ApiError } from './error'
import { Intent, newKey } from './intent'
import { useAction } from './useAction'

const key = (intent: Intent, input: unknown) => intent.headersFor(input)['Idempotency-Key']

it('keeps its key while the same thing is tried again', () => {
  const intent = new Intent()
  const first = key(intent, { quantity: 1 })
  for (const error of [ApiError.unreachable('gone'), new ApiError(503, 'unavailable', ''), new ApiError(401, 'unauthenticated', '')]) {
    intent.settle(error)
    expect(key(intent, { quantity: 1 })).toBe(first)
  }
})

it('makes a new key for another form, after a clear refusal, and after success', () => {
  const intent = new Intent()
  const first = key(intent, { quantity: 1 })
  const second = key(intent, { quantity: 2 })
  expect(second).not.toBe(first)
  intent.settle(new ApiError(409, 'quantity_exceeds_remaining', ''))
  const third = key(intent, { quantity: 2 })
  expect(third).not.toBe(second)
  intent.settle()
  expect(key(intent, { quantity: 2 })).not.toBe(third)
})

it('has a key even where randomUUID is missing', () => {
  const whole = crypto.randomUUID
  Object.defineProperty(crypto, 'randomUUID', { value: undefined, configurable: true })
  expect(newKey()).toMatch(/^[0-9a-f]{32}$/)
  Object.defineProperty(crypto, 'randomUUID', { value: whole, configurable: true })
})

it('sends an act once however often it is pressed, and again with the same key', async () => {
  const keys: string[] = []
  const perform = vi.fn(async (_input: string, headers: { 'Idempotency-Key': string }) => {
    keys.push(headers['Idempotency-Key'])
    if (keys.length === 1) throw ApiError.unreachable('gone')
    return 'done'
  })
  const done = vi.fn()
  const action = useAction(perform, done)

  await Promise.all([action.run('a'), action.run('a')])
  expect(perform).toHaveBeenCalledOnce()
  expect(action.refusal.value?.code).toBe('unreachable')
  expect(done).not.toHaveBeenCalled()

  await action.run('a')
  expect(keys[1]).toBe(keys[0])
  expect(action.refusal.value).toBeNull()
  expect(done).toHaveBeenCalledWith('done', 'a')
})

it('finds what is wrong with one field by its pointer', async () => {
  const action = useAction(async () => {
    throw new ApiError(422, 'invalid', '', [{ pointer: '/items/0/name', code: 'required', detail: '写上名称' }])
  })
  await action.run(undefined)
  expect(action.fieldError('/items/0/name')).toBe('写上名称')
  expect(action.fieldError('/hours')).toBeUndefined()
})
