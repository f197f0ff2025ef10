import { onBeforeUnmount, onMounted, watch } from 'vue'
import type { Me } from '@/domain/types'
import { hasRole, me } from '@/session/session'
import { keepMe } from './kept'
import { closeOutbox, COLLECTORS, openOutbox, outbox } from './outbox'
import { registerWorker } from './worker'

const flush = (): void => void outbox.value?.flush()
const seen = (): void => {
  if (document.visibilityState === 'visible') flush()
}
const leaving = (event: BeforeUnloadEvent): void => {
  const box = outbox.value
  if (box && !box.lasting && box.count.value > 0) event.preventDefault()
}

/** The workers' frame: what waits is sent when somebody comes, looks again, or the network is said to be back. It is never believed to be there. */
export function useOutbox(): void {
  watch(
    me,
    async (person) => {
      if (!person || !hasRole(COLLECTORS)) return closeOutbox()
      if (!person.password_change_required) void keepMe(person as Me)
      await (await openOutbox(person.user.id)).flush()
    },
    { immediate: true },
  )
  onMounted(() => {
    window.addEventListener('online', flush)
    document.addEventListener('visibilitychange', seen)
    window.addEventListener('beforeunload', leaving)
    // After the page itself: whoever waits for it does not wait for what is fetched for later.
    setTimeout(() => void registerWorker().catch(() => {}), 1500)
  })
  onBeforeUnmount(() => {
    window.removeEventListener('online', flush)
    document.removeEventListener('visibilitychange', seen)
    window.removeEventListener('beforeunload', leaving)
  })
}
