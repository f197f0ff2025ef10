import { afterEach, expect, it } from 'vitest'
import { closeOutbox, openOutbox, outbox } from './outbox'

afterEach(closeOutbox)

it('is one for all parts of a page, also while it is being opened', async () => {
  const [one, two] = await Promise.all([openOutbox('zhou'), openOutbox('zhou')])
  expect(one).toBe(two)
  expect(outbox.value).toBe(one)
})

it('is another one for another user, and none after signing out, even in the middle of opening', async () => {
  const zhou = await openOutbox('zhou')
  expect(await openOutbox('liu')).not.toBe(zhou)
  const late = openOutbox('wei')
  closeOutbox()
  await late
  expect(outbox.value).toBeNull()
})
