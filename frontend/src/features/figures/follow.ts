import { ApiError } from '@/api/error'
import { messages } from '@/api/stream'

/** A stream of the feed from a place on; without one, from now. */
export type Open = (after: string | null, signal: AbortSignal) => Promise<ReadableStream<Uint8Array>>

export interface Listener {
  /** Something happened then. */
  told: (at: string) => void
  /** Nothing new, and still there. */
  still: () => void
  /** Nothing is heard until further notice. */
  lost: () => void
}

/** Where a follower has got to. */
export interface Place {
  get: () => string | null
  keep: (place: string | null) => void
}

/** The server says something every five seconds: three times nothing is a line that went dead without a word. */
const SILENCE = 15_000
/** A stream that lived so long ended in good order (a token that ran out): another one is opened at once. */
const LIVED = 10_000
const AT_ONCE = 300
/** Longer pauses would hear no more than asking every minute does. */
const MOST = 60_000

/** Twice as long after each try, and not all boards of a city at once. What the server asks for is the least. */
const pause = (tries: number, least: number): number => Math.max(Math.min(MOST, 2_000 * 2 ** Math.min(tries, 5)) * (0.5 + Math.random() / 2), least)

const sleep = (time: number, signal: AbortSignal): Promise<void> =>
  new Promise((done) => {
    const timer = setTimeout(done, time)
    signal.addEventListener('abort', () => (clearTimeout(timer), done()), { once: true })
  })

/** Reads one stream to its end. */
async function listen(open: Open, place: Place, to: Listener, signal: AbortSignal): Promise<void> {
  const one = new AbortController()
  const stop = (): void => one.abort()
  signal.addEventListener('abort', stop, { once: true })
  let last = place.get()
  let timer = setTimeout(stop, SILENCE)
  try {
    for await (const { id, data } of messages(await open(last, one.signal))) {
      clearTimeout(timer)
      timer = setTimeout(stop, SILENCE)
      last = id ?? last
      if (data === undefined) {
        place.keep(last)
        to.still()
      } else to.told((JSON.parse(data) as { at: string }).at)
    }
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', stop)
    if (last !== null) place.keep(last)
  }
}

/** Listens to the feed until `signal`, over any number of breaks, each try later than the one before. Gives up where it is refused. */
export async function follow(open: Open, place: Place, to: Listener, signal: AbortSignal): Promise<void> {
  let tries = 0
  while (!signal.aborted) {
    const begun = Date.now()
    let least = 0
    try {
      await listen(open, place, to, signal)
    } catch (error) {
      if (signal.aborted) return
      to.lost()
      if (error instanceof ApiError) {
        if (error.code === 'bad_cursor') place.keep(null)
        else if (!error.passing) return
        least = (error.retryAfter ?? 0) * 1000
      }
    }
    const lived = Date.now() - begun > LIVED
    if (lived) tries = 0
    await sleep(lived ? AT_ONCE : pause(tries++, least), signal)
  }
}
