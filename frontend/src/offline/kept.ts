import type { Me } from '@/domain/types'
import { type Clock, now, setClock } from './clock'
import { database } from './db'

/** What is kept from the last visit so that the form can be filled without a network: nothing here says anything of a resident. */
export interface Kept<T> {
  value: T
  /** The server's time when it was fetched. */
  at: number
}

const ME = 'me'
const CLOCK = 'clock'

export async function keep(name: string, value: unknown): Promise<void> {
  // Through JSON: what is reactive cannot be stored as it is.
  await (await database())?.put('kept', { value: JSON.parse(JSON.stringify(value)), at: now().getTime() }, name)
}

export async function readKept<T>(name: string): Promise<Kept<T> | null> {
  return ((await (await database())?.get('kept', name)) as Kept<T> | undefined) ?? null
}

export const keepMe = (me: Me): Promise<void> => keep(ME, me)

/** Who was signed in here last and has not signed out since; asked only where no server can say. */
export async function whoWasHere(): Promise<Me | null> {
  return (await readKept<Me>(ME))?.value ?? null
}

export async function keepClock(clock: Clock): Promise<void> {
  setClock(clock)
  await keep(CLOCK, clock)
}

export async function windClock(): Promise<void> {
  const kept = await readKept<Clock>(CLOCK)
  if (kept) setClock(kept.value)
}

/** When somebody signs in: the page must not open without a network for whoever was here before. */
export async function forgetAllBut(user: string): Promise<void> {
  if ((await whoWasHere())?.user.id !== user) await (await database())?.delete('kept', ME)
}

/** At sign-out: the key first, because without it the rest is noise. Other people's things stay, under their own keys. */
export async function leaveNothing(user: string): Promise<void> {
  const db = await database()
  if (!db) return
  await db.delete('keys', user)
  const leaving = db.transaction(['items', 'photos', 'kept'], 'readwrite')
  for (const name of ['items', 'photos'] as const) {
    const store = leaving.objectStore(name)
    for (const key of await store.index('user').getAllKeys(user)) await store.delete(key as never)
  }
  await leaving.objectStore('kept').clear()
  await leaving.done
}
