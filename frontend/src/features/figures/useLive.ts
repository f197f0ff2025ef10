import { onScopeDispose, ref, type Ref } from 'vue'
import { api, unwrap } from '@/api/client'
import { follow, type Open, type Place } from './follow'

/** How far this device has read the feed: a sealed number, which says nothing of anybody. Without it, it begins now. */
const KEY = 'feed-place'
const place: Place = {
  get: () => {
    try {
      return localStorage.getItem(KEY)
    } catch {
      return null
    }
  },
  keep: (at) => {
    try {
      if (at === null) localStorage.removeItem(KEY)
      else localStorage.setItem(KEY, at)
    } catch {
      // A private window keeps nothing, and begins anew each time.
    }
  },
}

const open: Open = async (after, signal) =>
  (await unwrap(
    api.GET('/api/v1/events', {
      params: { query: { limit: 100, ...(after === null && { cursor: 'latest' }) }, header: { 'Last-Event-ID': after ?? undefined } },
      headers: { Accept: 'text/event-stream' },
      parseAs: 'stream',
      signal,
    }),
  )) as ReadableStream<Uint8Array>

/** What happened is counted within a second: asked sooner, an answer would not know of it. */
const COUNTED = 1_000
const AT_MOST = 2_000
/** Where it is still not counted after so many answers, asking every minute will do. */
const PATIENCE = 5

/** To the microsecond, which a Date does not know. The server writes a fraction where there is one, so texts compare as times do up to the Z. */
const later = (a: string, b: string): boolean => a.replace('Z', '') > b.replace('Z', '')

/**
 * Asks again when something happened that what is shown does not count yet (`upTo`), once for all that happens within two
 * seconds. Only while somebody looks. Says whether it is heard when something happens, and if not, since when.
 */
export function useLive(upTo: () => string, ask: () => Promise<unknown>): { live: Readonly<Ref<boolean>>; since: Readonly<Ref<string | null>> } {
  const live = ref(false)
  const since = ref<string | null>(null)
  const uncounted = (at: string): boolean => later(at, upTo())
  let newest = ''
  let tries = 0
  let last = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  function soon(): void {
    timer ??= setTimeout(() => void again(), Math.max(COUNTED, last + AT_MOST - Date.now()))
  }
  async function again(): Promise<void> {
    timer = undefined
    last = Date.now()
    tries += 1
    await ask()
    if (leave && uncounted(newest) && tries < PATIENCE) soon()
  }

  const listener = {
    told: (at: string): void => {
      if (!uncounted(at)) return
      if (later(at, newest)) newest = at
      tries = 0
      listener.still()
      soon()
    },
    still: (): void => {
      live.value = true
      since.value = null
    },
    lost: (): void => {
      live.value = false
      since.value ??= new Date().toISOString()
    },
  }

  let leave: AbortController | null = null
  function look(): void {
    const here = document.visibilityState === 'visible'
    if (here && !leave) {
      leave = new AbortController()
      void follow(open, place, listener, leave.signal)
      // What was heard just before nobody looked any more, and is not told again.
      if (uncounted(newest)) soon()
    } else if (!here && leave) {
      stop()
    }
  }
  function stop(): void {
    leave?.abort()
    leave = null
    clearTimeout(timer)
    timer = undefined
  }
  document.addEventListener('visibilitychange', look)
  onScopeDispose(() => {
    document.removeEventListener('visibilitychange', look)
    stop()
  })
  look()
  return { live, since }
}
