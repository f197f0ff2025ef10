import { computed } from 'vue'
import { isWide } from '@/domain/wide'
import { me } from '@/session/session'

/** The organisations for which I may make a campaign. */
export const places = computed(() =>
  (me.value?.memberships ?? [])
    .filter(({ role, organisation }) => (role === 'coordinator' || role === 'admin') && isWide(organisation.level))
    .map(({ organisation }) => ({ value: organisation.id, label: organisation.name })),
)
