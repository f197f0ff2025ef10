import { computed, type ComputedRef, type Ref, shallowRef, watch } from 'vue'
import { now } from './clock'
import { type Kept, keep, readKept } from './kept'

const DAY = 86_400_000
/** Older than this it may well have changed. */
const OLD = 30

export interface Known<T> {
  value: T
  /** Whole days since it was fetched; 0 when that was now. */
  days: number
  old: boolean
}

/** What the server says, or what it said last: for lists that a form cannot do without. Null while neither is known. */
export function useKept<T>(name: () => string, fresh: Readonly<Ref<T | undefined>>): ComputedRef<Known<T> | null> {
  const kept = shallowRef<Kept<T> | null>(null)
  watch(
    name,
    async (wanted) => {
      kept.value = null
      const found = await readKept<T>(wanted)
      if (wanted === name()) kept.value = found
    },
    { immediate: true },
  )
  watch(fresh, (value) => value !== undefined && void keep(name(), value), { immediate: true })
  return computed(() => {
    if (fresh.value !== undefined) return { value: fresh.value, days: 0, old: false }
    if (kept.value === null) return null
    const days = Math.max(0, Math.floor((now().getTime() - kept.value.at) / DAY))
    return { value: kept.value.value, days, old: days > OLD }
  })
}
