import { useQuery } from '@tanstack/vue-query'
import { computed, type ComputedRef } from 'vue'
import { taskCountsQuery } from '@/data/tasks'
import { me } from '@/session/session'

/** How many wishes wait for the person in front, as a badge says it; empty for none, and for who must change their password first. */
export function useWaiting(): ComputedRef<string> {
  const counts = useQuery(() => ({ ...taskCountsQuery(), enabled: me.value?.password_change_required === false }))
  return computed(() => {
    const { wishes = 0, more = false } = counts.data.value ?? {}
    return wishes > 0 ? `${wishes}${more ? '+' : ''}` : ''
  })
}
