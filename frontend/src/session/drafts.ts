/**
 * What somebody is writing, kept in this tab until it is saved: it outlives a reload and a session that ran out, and
 * belongs to the one who wrote it. Gone with the tab, at sign-out, and when somebody else signs in.
 */
const PREFIX = 'draft:'

interface Kept {
  user: string
  value: unknown
}

const store = (): Storage | null => {
  try {
    return sessionStorage
  } catch {
    return null
  }
}

export function keepDraft(name: string, user: string, value: unknown): void {
  const kept: Kept = { user, value }
  try {
    store()?.setItem(PREFIX + name, JSON.stringify(kept))
  } catch {
    // Full or forbidden: then it lives as long as the page.
  }
}

export function readDraft(name: string, user: string): unknown {
  const text = store()?.getItem(PREFIX + name)
  if (!text) return null
  try {
    const kept = JSON.parse(text) as Partial<Kept>
    return kept.user === user ? (kept.value ?? null) : null
  } catch {
    return null
  }
}

export const dropDraft = (name: string): void => store()?.removeItem(PREFIX + name)

let signOuts = 0
/** A page that saves as one types asks whether its writer has left since: nothing may come back after the wiping. */
export const draftsEpoch = (): number => signOuts

/** All drafts, or all that are not this user's. */
export function wipeDrafts(except?: string): void {
  if (except === undefined) signOuts += 1
  const kept = store()
  if (!kept) return
  const names = Object.keys(kept).filter((key) => key.startsWith(PREFIX))
  for (const key of names) {
    if (except === undefined || readDraft(key.slice(PREFIX.length), except) === null) kept.removeItem(key)
  }
}
