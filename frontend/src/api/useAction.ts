import { type ShallowRef, shallowRef } from 'vue'
import { ApiError, UNREACHABLE } from './error'
import { Intent, type IntentHeaders } from './intent'

export interface Action<I> {
  run: (input: I) => Promise<void>
  pending: Readonly<ShallowRef<boolean>>
  refusal: Readonly<ShallowRef<ApiError | null>>
  /** What the server says about one field, found by its JSON pointer. */
  fieldError: (pointer: string) => string | undefined
  clear: () => void
}

/**
 * A person's act on the server: never sent twice by a double press, keeps its Idempotency-Key across retries,
 * and turns a refusal into something a form can show while all that was typed stays.
 */
export function useAction<I, O>(
  perform: (input: I, headers: IntentHeaders) => Promise<O>,
  done: (output: O, input: I) => unknown = () => {},
): Action<I> {
  const pending = shallowRef(false)
  const refusal = shallowRef<ApiError | null>(null)
  const intent = new Intent()

  async function run(input: I): Promise<void> {
    if (pending.value) return
    pending.value = true
    let output: O
    try {
      output = await perform(input, intent.headersFor(input))
      intent.settle()
      refusal.value = null
    } catch (error) {
      intent.settle(error)
      refusal.value = error instanceof ApiError ? error : new ApiError(0, UNREACHABLE, String(error))
      return
    } finally {
      pending.value = false
    }
    await done(output, input)
  }

  return {
    run,
    pending,
    refusal,
    fieldError: (pointer) => refusal.value?.errors.find((error) => error.pointer === pointer)?.detail,
    clear: () => {
      refusal.value = null
    },
  }
}
