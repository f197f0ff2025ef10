/**
 * One thing that two people changed at once: what only one of them touched is theirs, what both touched the same is
 * agreed, and what they touched otherwise is for a person to decide. Nothing is overwritten unseen. Pure, and without
 * anything of the page: the same is run against the API by a test.
 */
export type Fields = Readonly<Record<string, string>>

export interface Conflict<K extends string> {
  /** They mean something together alone, as a quantity and its unit. */
  fields: readonly K[]
  mine: Readonly<Record<string, string>>
  theirs: Readonly<Record<string, string>>
}

export interface Merge<F extends object, K extends string> {
  /** With mine where both wrote, until somebody has chosen. */
  merged: F
  /** What the other one changed, and is taken. */
  taken: readonly K[]
  conflicts: readonly Conflict<K>[]
}

const same = (a: string, b: string): boolean => a.trim() === b.trim()

export function merge<F extends object, K extends string & keyof F>(base: F, mine: F, theirs: F, together: readonly (readonly K[])[] = []): Merge<F, K> {
  const read = (from: F, key: K): string => String(from[key])
  const grouped = new Set(together.flat())
  const groups = [...together, ...(Object.keys(base) as K[]).filter((key) => !grouped.has(key)).map((key) => [key])]
  const merged = { ...mine }
  const taken: K[] = []
  const conflicts: Conflict<K>[] = []
  const pick = (from: F, keys: readonly K[]): Record<string, string> => Object.fromEntries(keys.map((key) => [key, read(from, key)]))
  for (const keys of groups) {
    const changedBy = (who: F): boolean => keys.some((key) => !same(read(base, key), read(who, key)))
    if (!changedBy(theirs)) continue
    if (keys.every((key) => same(read(mine, key), read(theirs, key)))) continue
    if (changedBy(mine)) conflicts.push({ fields: keys, mine: pick(mine, keys), theirs: pick(theirs, keys) })
    else {
      for (const key of keys) merged[key] = theirs[key]
      taken.push(...keys)
    }
  }
  return { merged, taken, conflicts }
}
