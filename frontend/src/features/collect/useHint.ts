import { computed, type ComputedRef, onScopeDispose, shallowRef, watch } from 'vue'

const REST = 900

/**
 * What the server says of a form while it is filled in. A help that comes when the hand rests, and says nothing of
 * what was written since; without a network there is none, and nothing waits for it.
 */
export function useHint<Q, A>(question: () => Q, worthwhile: (question: Q) => boolean, ask: (question: Q) => Promise<A>, none: A): ComputedRef<A> {
  const found = shallowRef<{ of: string; answer: A }>({ of: '', answer: none })
  let timer: ReturnType<typeof setTimeout> | undefined
  const now = (): string => JSON.stringify(question())

  async function look(): Promise<void> {
    const of = now()
    try {
      const answer = await ask(question())
      // Written on meanwhile: the next answer counts.
      if (of === now()) found.value = { of, answer }
    } catch {
      // Not worth a word: nothing is lost by it.
    }
  }

  watch(
    now,
    () => {
      clearTimeout(timer)
      if (worthwhile(question())) timer = setTimeout(() => void look(), REST)
    },
    { immediate: true },
  )
  onScopeDispose(() => clearTimeout(timer))
  return computed(() => (found.value.of === now() ? found.value.answer : none))
}
