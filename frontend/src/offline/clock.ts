/**
 * The server's time, as far as it is known here: a telephone's clock may be wrong by a year. Learned from each answer
 * that is listened to, and kept for the time without a network.
 */
export interface Clock {
  /** What to add to the telephone's time. */
  offset: number
  /** The server's time when it last spoke; earlier than this it is not. */
  seen: number
}

let clock: Clock = { offset: 0, seen: 0 }

export const now = (): Date => new Date(Date.now() + clock.offset)
export const clockSeen = (): Date => new Date(clock.seen)

export function setClock(to: Clock): void {
  clock = to
}

/** What the Date line of an answer says; null where there is none. */
export function clockOf(line: string | null, phone = Date.now()): Clock | null {
  const seen = Date.parse(line ?? '')
  return Number.isNaN(seen) ? null : { offset: seen - phone, seen }
}

/** A day that was written down without the server, made possible: not after today, not before the server last spoke. */
export const possibleDay = (day: string, from: string, today: string): string => (day > today || day < from ? today : day)
