import { reactive } from 'vue'
import { ApiError } from '@/api/error'
import { newKey } from '@/api/intent'
import type { Attachment } from '@/data/attachments'
import { sayRefusal } from '@/domain/refusals'
import { t } from './messages'
import { NotAPhoto, shrink, TooLarge } from '@/data/shrink'

/** One chosen file on its way. Its key stays the same however often it is tried, so it is added once. */
export interface Upload {
  key: string
  name: string
  state: 'preparing' | 'sending' | 'failed'
  why: string
  /** Whether trying the same file again may help. */
  again: boolean
}

export type Send = (photo: Blob, key: string) => Promise<Attachment>

/** Photos on their way, one after the other: a slow line carries one better than three. */
export function useUploads(send: Send, added: (photo: Attachment) => void) {
  const waiting = reactive<Upload[]>([])
  const files = new Map<string, Blob>()
  let last: Promise<void> = Promise.resolve()

  function choose(chosen: readonly File[]): void {
    for (const file of chosen) {
      const upload = reactive<Upload>({ key: newKey(), name: file.name, state: 'preparing', why: '', again: false })
      files.set(upload.key, file)
      waiting.push(upload)
      queue(upload)
    }
  }

  function queue(upload: Upload): void {
    last = last.then(() => go(upload))
  }

  async function go(upload: Upload): Promise<void> {
    const file = files.get(upload.key)
    if (!file) return
    try {
      upload.state = 'preparing'
      const photo = await shrink(file)
      upload.state = 'sending'
      const one = await send(photo, upload.key)
      drop(upload)
      added(one)
    } catch (error) {
      upload.state = 'failed'
      upload.why = whyNot(error)
      upload.again = error instanceof ApiError && error.passing
    }
  }

  function drop(upload: Upload): void {
    files.delete(upload.key)
    const at = waiting.findIndex((one) => one.key === upload.key)
    if (at >= 0) waiting.splice(at, 1)
  }

  return { waiting, choose, again: queue, drop, settled: () => last }
}

function whyNot(error: unknown): string {
  const { refused } = t.value
  if (error instanceof NotAPhoto) return refused.not_a_photo
  if (error instanceof TooLarge) return refused.too_large
  if (!(error instanceof ApiError)) return ''
  if (error.code === 'consent_missing') return refused.consent_missing
  const said = sayRefusal(error)
  return `${said.head}${said.rest}`
}
