import { computed, shallowRef } from 'vue'
import type { Role } from '@/domain/types'
import { makeOutbox, type Outbox } from './engine'
import { windClock } from './kept'
import { knockAs, performAs } from './send'
import { openShelf } from './shelf'

/** Who notes wishes. */
export const COLLECTORS: readonly Role[] = ['collector', 'reviewer', 'coordinator', 'admin']

/** The outbox of the one who is signed in here, if they collect. */
const current = shallowRef<{ user: string; box: Outbox; leave: () => void } | null>(null)
export const outbox = computed(() => current.value?.box ?? null)
/** How many have not been sent. */
export const unsent = computed(() => outbox.value?.count.value ?? 0)

/** Asked for by several parts of a page at once: there is one of each user, also while it is being opened. */
let opening: { user: string; box: Promise<Outbox> } | null = null

/** Only https and localhost have locks; without them nothing is shared with another tab either. */
const alone =
  (user: string) =>
  <T>(work: () => Promise<T>): Promise<T> => {
    const { locks } = navigator as Partial<Navigator>
    return locks ? (locks.request(`wishlight-outbox-${user}`, work) as Promise<T>) : work()
  }

export function openOutbox(user: string): Promise<Outbox> {
  if (opening?.user !== user) {
    closeOutbox()
    opening = { user, box: open(user) }
  }
  return opening.box
}

async function open(user: string): Promise<Outbox> {
  await windClock()
  const shelf = await openShelf(user)
  const channel = new BroadcastChannel(`wishlight-outbox-${user}`)
  const box = makeOutbox({
    shelf,
    perform: performAs(user, shelf),
    knock: knockAs(user),
    alone: alone(user),
    changed: () => channel.postMessage('changed'),
    later(work, ms) {
      const timer = setTimeout(work, ms)
      return () => clearTimeout(timer)
    },
  })
  channel.addEventListener('message', () => void box.reload())
  await box.reload()
  const leave = (): void => {
    box.close()
    channel.close()
  }
  // Signed out while it was being opened.
  if (opening?.user === user) current.value = { user, box, leave }
  else leave()
  return box
}

export function closeOutbox(): void {
  current.value?.leave()
  current.value = null
  opening = null
}
