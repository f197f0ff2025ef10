import { computed, onScopeDispose, ref, watch } from 'vue'
import type { Router } from 'vue-router'

/**
 * Opens `first` of a desk on which something always lies open. Where somebody is on the way to is theirs to say:
 * opening a job meanwhile would call them back, so it waits until they have arrived.
 */
export function useOpening(router: Router, first: () => string | undefined, open: (id: string) => unknown): void {
  const onTheWay = ref<string | null>(null)
  const hooks = [
    router.beforeEach(({ fullPath }) => void (onTheWay.value = fullPath)),
    router.afterEach(({ fullPath }) => {
      // One that was given up for another ends while the other is still on its way.
      if (onTheWay.value === fullPath) onTheWay.value = null
    }),
  ]
  const toOpen = computed(() => (onTheWay.value === null ? first() : undefined))
  let opening: ReturnType<typeof setTimeout> | undefined
  watch(
    toOpen,
    () => {
      clearTimeout(opening)
      // Later: a click of this very moment is not on its way yet.
      opening = setTimeout(() => toOpen.value && open(toOpen.value))
    },
    { immediate: true },
  )
  onScopeDispose(() => {
    clearTimeout(opening)
    hooks.forEach((remove) => remove())
  })
}
