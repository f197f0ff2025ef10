/** Where drafts.ts keeps what is being written. Apart, because every page can sign out, and few write. */
export const DRAFT = 'draft:'

export function store(): Storage | null {
  try {
    return sessionStorage
  } catch {
    return null
  }
}

let signOuts = 0
/** A page that saves as one types asks whether its writer has left since: nothing may come back after the wiping. */
export const signOutsSoFar = (): number => signOuts

/** All drafts at sign-out; when somebody signs in, those that are not theirs. */
export function wipeDrafts(except?: string): void {
  if (except === undefined) signOuts += 1
  const kept = store()
  for (const key of Object.keys(kept ?? {})) {
    if (key.startsWith(DRAFT) && !(except && kept?.getItem(key)?.startsWith(`{"user":"${except}"`))) kept?.removeItem(key)
  }
}
