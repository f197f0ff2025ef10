import { onBeforeUnmount, ref, type Ref } from 'vue'

/** Whether there is room for two columns (the 60rem of base.css), for what CSS alone cannot arrange. */
export function useWide(): Readonly<Ref<boolean>> {
  const query = window.matchMedia('(min-width: 60rem)')
  const wide = ref(query.matches)
  const follow = (event: MediaQueryListEvent): void => {
    wide.value = event.matches
  }
  query.addEventListener('change', follow)
  onBeforeUnmount(() => query.removeEventListener('change', follow))
  return wide
}
