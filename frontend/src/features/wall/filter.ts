import { computed } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import type { WishFilter } from '@/data/wishes'

export interface WallFilter {
  q: string
  category: string
  region: string
  /** Only those that still wait. */
  open: boolean
}

const none: WallFilter = { q: '', category: '', region: '', open: false }

/** The filter lives in the address: it can be shared, and the back button undoes it. */
export function useWallFilter() {
  const route = useRoute()
  const router = useRouter()
  const one = (key: string): string => {
    const value = route.query[key]
    return typeof value === 'string' ? value : ''
  }

  const filter = computed<WallFilter>(() => ({ q: one('q'), category: one('category'), region: one('region'), open: one('status') === 'open' }))
  const active = computed(() => Object.values(filter.value).some(Boolean))

  function change(to: Partial<WallFilter>): void {
    const { open, ...rest } = { ...filter.value, ...to }
    const query = Object.fromEntries(Object.entries({ ...rest, status: open ? 'open' : '' }).filter(([, value]) => value !== ''))
    // Each letter typed is not a step to go back to.
    void ('q' in to ? router.replace({ query }) : router.push({ query }))
  }

  return { filter, active, change, clear: () => change({ ...none }) }
}

export const asQuery = ({ q, category, region, open }: WallFilter): WishFilter => ({
  q,
  category,
  region_code: region,
  status: open ? ['open'] : [],
})
