const FIRST = 5_000
const MOST = 300_000

/**
 * How long to wait before the next try, in ms: twice as long each time, up to five minutes, and never all telephones of a
 * village at once. What the server asks for is the least.
 */
export function pause(tries: number, retryAfter: number | null = null, chance: number = Math.random()): number {
  const most = Math.min(MOST, FIRST * 2 ** Math.min(tries, 16))
  return Math.max(most / 2 + (most / 2) * chance, (retryAfter ?? 0) * 1000)
}
