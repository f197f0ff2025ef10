import { useQuery } from '@tanstack/vue-query'
import { computed, reactive, ref, watch } from 'vue'
import { candidatesQuery } from './queries'

/** Which wishes of an organisation go into a call, and whether those among them that wait for review pass it by that. */
export function usePick(at: () => string, except: () => ReadonlySet<string> = () => new Set()) {
  const { data, error, isFetching, refetch } = useQuery(() => ({ ...candidatesQuery(at()), enabled: at() !== '' }))
  const chosen = ref<string[]>([])
  const passes = ref(false)
  const wishes = computed(() => (data.value?.wishes ?? []).filter((wish) => wish.view === 'worker').filter(({ id }) => !except().has(id)))
  const waiting = computed(() => wishes.value.filter(({ id, status }) => status === 'submitted' && chosen.value.includes(id)).length)
  watch(at, () => (chosen.value = []))
  return reactive({
    ready: computed(() => data.value !== undefined),
    more: computed(() => data.value?.more ?? false),
    error,
    isFetching,
    refetch,
    chosen,
    passes,
    wishes,
    waiting,
    /** Nothing is missing. */
    whole: computed(() => chosen.value.length > 0 && (waiting.value === 0 || passes.value)),
  })
}

export type Pick = ReturnType<typeof usePick>
