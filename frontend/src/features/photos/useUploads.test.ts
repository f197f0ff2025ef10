import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { ApiError } from '@/api/error'
import type { Attachment } from '@/data/attachments'
import { t } from './messages'
import { useUploads } from './useUploads'

beforeEach(() => vi.stubGlobal('createImageBitmap', () => Promise.reject(new Error('no'))))
afterEach(() => vi.unstubAllGlobals())

const file = (name: string, type = 'image/jpeg') => new File(['x'], name, { type })

it('sends one after the other and tells each', async () => {
  const running: string[] = []
  const added: string[] = []
  const send = async (_: Blob, key: string) => {
    running.push(key)
    return { id: key } as Attachment
  }
  const uploads = useUploads(send, (photo) => added.push(photo.id))
  uploads.choose([file('a.jpg'), file('b.jpg')])
  expect(uploads.waiting).toHaveLength(2)
  await uploads.settled()
  expect(uploads.waiting).toHaveLength(0)
  expect(added).toEqual(running)
  expect(new Set(added).size).toBe(2)
})

it('keeps what did not arrive, and tries it again under the same key', async () => {
  const keys: string[] = []
  const send = async (_: Blob, key: string) => {
    keys.push(key)
    if (keys.length === 1) throw ApiError.unreachable(new Error('gone'))
    return { id: 'one' } as Attachment
  }
  const added: Attachment[] = []
  const uploads = useUploads(send, (photo) => added.push(photo))
  uploads.choose([file('a.jpg')])
  await uploads.settled()
  expect(uploads.waiting).toMatchObject([{ state: 'failed', again: true }])
  uploads.waiting.forEach(uploads.again)
  await uploads.settled()
  expect(keys[1]).toBe(keys[0])
  expect(added).toHaveLength(1)
  expect(uploads.waiting).toHaveLength(0)
})

it('says why, and offers no second try where none helps', async () => {
  const send = () => Promise.reject(new ApiError(409, 'consent_missing', '…'))
  const uploads = useUploads(send, () => {})
  uploads.choose([file('a.jpg'), file('b.pdf', 'application/pdf')])
  await uploads.settled()
  expect(uploads.waiting.map(({ why, again }) => [why, again])).toEqual([
    [t.value.refused.consent_missing, false],
    [t.value.refused.not_a_photo, false],
  ])
  uploads.waiting.slice(0, 1).forEach(uploads.drop)
  expect(uploads.waiting).toHaveLength(1)
})
