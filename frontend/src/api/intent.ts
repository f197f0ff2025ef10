import { ApiError } from './error'

export type IntentHeaders = { 'Idempotency-Key': string }

/**
 * One thing that a person means to do. Its key stays the same while it is tried again (network gone, server busy,
 * session renewed), so it takes effect once; a changed form, a clear refusal or success makes the next one new.
 */
export class Intent {
  #key: string | null = null
  #input = ''

  headersFor(input: unknown): IntentHeaders {
    const text = JSON.stringify(input)
    if (this.#key === null || text !== this.#input) {
      this.#key = newKey()
      this.#input = text
    }
    return { 'Idempotency-Key': this.#key }
  }

  settle(error?: unknown): void {
    if (!(error instanceof ApiError && error.passing)) this.#key = null
  }
}

/** randomUUID exists on https and localhost only; a plain-http intranet still needs a key. */
export function newKey(): string {
  if (typeof crypto.randomUUID === 'function') return crypto.randomUUID()
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
