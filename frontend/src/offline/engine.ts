import { computed, ref, shallowRef } from 'vue'
import { ApiError } from '@/api/error'
import { newKey } from '@/api/intent'
import { afterStep, dated, type Item, type NewItem, newItem, refused, type Step, verdictOn } from './item'
import { pause } from './backoff'
import type { Shelf } from './shelf'

/** Whether the server answers, and knows us. */
export type Standing = 'open' | 'unreachable' | 'signed_out'

export interface Sent {
  id: string
  title: string
  wish: string
  submitted: boolean
}

/** What the outbox reaches the world by. */
export interface Doors {
  shelf: Shelf
  /** Sends one step; resolves to the id of what it made. */
  perform: (step: Step, item: Item) => Promise<string | null>
  /** Asks the server whether it knows us, and which day it is. Throws an ApiError. */
  knock: () => Promise<string>
  /** One tab at a time. */
  alone: <T>(work: () => Promise<T>) => Promise<T>
  /** Tells other tabs that something has changed. */
  changed: () => void
  later: (work: () => void, ms: number) => () => void
}

const SHOWN = 60_000

/**
 * What was collected and waits to be sent, of one user. Everything goes this way, also where the network is good: then
 * the line is short. Nothing leaves it but by being sent, or by the hand of the one who wrote it.
 */
export function makeOutbox(doors: Doors) {
  const { shelf } = doors
  const items = shallowRef<readonly Item[]>([])
  const sent = shallowRef<readonly Sent[]>([])
  const sending = ref<string | null>(null)
  const standing = ref<Standing>('open')
  let closed = false
  /** The server has been asked once: whether it is there, who we are to it, what time it is. */
  let met = false
  let tries = 0
  let running: Promise<void> | null = null
  let again = false
  let forgetTimer = (): void => {}

  async function reload(): Promise<void> {
    const all = await shelf.all()
    if (!closed) items.value = all
  }

  async function changed(): Promise<void> {
    await reload()
    doors.changed()
  }

  /** Once more is sent; several who ask while it runs are answered by one more round. */
  function flush(): Promise<void> {
    if (closed) return Promise.resolve()
    if (running) {
      again = true
      return running
    }
    forgetTimer()
    running = rounds().finally(() => {
      running = null
    })
    return running
  }

  async function rounds(): Promise<void> {
    again = false
    const wait = await round()
    if (again) return rounds()
    if (wait === null || closed) tries = 0
    else {
      forgetTimer = doors.later(() => void flush(), pause(tries, wait))
      tries += 1
    }
  }

  /** Null when nothing is left to try; else how many seconds the server wants to be left alone, 0 for no wish. */
  async function round(): Promise<number | null> {
    await reload()
    const waits = items.value.some(({ trouble }) => trouble === null)
    if (met && !waits) return null
    let today: string
    try {
      today = await doors.knock()
    } catch (error) {
      return standBy(error)
    }
    standing.value = 'open'
    met = true
    const passed = new Set<string>()
    let wait: number | null = null
    let on = true
    while (on) {
      on = await doors.alone(async () => {
        const next = closed ? undefined : (await shelf.all()).find(({ id, trouble }) => trouble === null && !passed.has(id))
        if (!next) return false
        passed.add(next.id)
        sending.value = next.id
        try {
          await send(dated(next, today))
          return true
        } catch (error) {
          wait = standBy(error)
          // A server that fails over one may well take the others.
          return error instanceof ApiError && error.status >= 500
        } finally {
          sending.value = null
          await changed()
        }
      })
    }
    return wait
  }

  function standBy(error: unknown): number | null {
    // Not the server's word, but this browser's: it could not read or write just now.
    if (!(error instanceof ApiError)) return 0
    const verdict = verdictOn(error)
    standing.value = verdict === 'sign_in' ? 'signed_out' : error.status === 0 ? 'unreachable' : standing.value
    return verdict === 'sign_in' ? null : (error.retryAfter ?? 0)
  }

  /** Step by step, each kept before it is sent and after it was answered: whatever stops it, it goes on from there. */
  async function send(from: Item): Promise<void> {
    let item = from
    for (let step = item.steps[0]; step; step = item.steps[0]) {
      item = { ...item, tried: true }
      if (!(await shelf.change(item)) || closed) return
      try {
        item = afterStep(item, await doors.perform(step, item))
      } catch (error) {
        if (!(error instanceof ApiError) || verdictOn(error) !== 'fix') throw error
        await shelf.change(refused(item, error))
        return
      }
      if (item.steps.length > 0) await shelf.change(item)
    }
    await shelf.drop(item)
    const one: Sent = { id: item.id, title: item.title, wish: item.wish ?? '', submitted: item.submitted }
    sent.value = [one, ...sent.value]
    doors.later(() => {
      sent.value = sent.value.filter(({ id }) => id !== one.id)
    }, SHOWN)
  }

  async function add(made: NewItem): Promise<string> {
    const item = newItem(made, newKey())
    await shelf.add(item)
    await changed()
    return item.id
  }

  /** Changes one that no tab is sending just now; false where it has gone. */
  const alter = (id: string, how: (item: Item) => Item | null): Promise<boolean> =>
    doors.alone(async () => {
      const item = (await shelf.all()).find((one) => one.id === id)
      const next = item ? how(item) : null
      if (next) await shelf.change(next)
      await changed()
      return next !== null
    })

  /** It is written anew; who shares the same new resident with it gets the resident as written now. */
  async function mend(id: string, made: NewItem): Promise<boolean> {
    let before: Step | undefined
    const done = await alter(id, (item) => {
      // Sent as it was from another tab meanwhile: written anew it would be a second one.
      if (item.tried || item.wish) return null
      before = item.steps.find(({ kind }) => kind === 'person')
      return { ...item, ...made, trouble: null, tried: false }
    })
    const after = made.steps.find(({ kind }) => kind === 'person')
    if (!before || !after) return done
    const key = before.key
    for (const other of items.value.filter((one) => one.id !== id && !one.tried && one.steps.some((step) => step.key === key))) {
      await alter(other.id, (item) => ({ ...item, steps: item.steps.map((step) => (step.key === key ? after : step)), trouble: item.trouble?.at === 'person' ? null : item.trouble }))
    }
    return done
  }

  return {
    items,
    sent,
    sending,
    standing,
    lasting: shelf.lasting,
    shelf,
    count: computed(() => items.value.length),
    reload,
    flush,
    add,
    mend,
    /** Opened in the form: it waits until it is saved there. */
    hold: (id: string) =>
      alter(id, (item) => (item.tried || item.wish ? null : { ...item, trouble: item.trouble ?? { at: 'held', code: 'held', detail: '', errors: [] } })),
    retry: (id: string) => alter(id, (item) => ({ ...item, trouble: null })),
    withoutPhotos: (id: string) => alter(id, (item) => ({ ...item, trouble: null, steps: item.steps.filter(({ kind }) => kind !== 'photo') })),
    drop: (id: string) =>
      doors.alone(async () => {
        const item = (await shelf.all()).find((one) => one.id === id)
        if (item) await shelf.drop(item)
        await changed()
      }),
    /** Nothing more is sent, nothing more is kept. */
    close() {
      closed = true
      forgetTimer()
      items.value = []
      sent.value = []
    },
  }
}

export type Outbox = ReturnType<typeof makeOutbox>
