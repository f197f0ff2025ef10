import { computed } from 'vue'
import { me } from '@/session/session'

/** The organisations for which I may make a post. */
export const places = computed(() =>
  (me.value?.memberships ?? [])
    .filter(({ role }) => role === 'coordinator' || role === 'admin')
    .map(({ organisation }) => ({ value: organisation.id, label: organisation.name })),
)
