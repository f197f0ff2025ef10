import { readonly, ref } from 'vue'
import { DRAFT, store } from './wipe'

/**
 * What somebody is writing, kept in this tab until it is saved: it outlives a reload and a session that ran out, and
 * belongs to the one who wrote it. Gone with the tab, at sign-out, and when somebody else signs in.
 */

interface Kept {
  user: string
  value: unknown
}

const any = (): boolean => Object.keys(store() ?? {}).some((key) => key.startsWith(DRAFT))
const held = ref(any())
/** Whether something is being written in this tab. */
export const hasDrafts = readonly(held)

export function keepDraft(name: string, user: string, value: unknown): void {
  held.value = true
  const kept: Kept = { user, value }
  try {
    store()?.setItem(DRAFT + name, JSON.stringify(kept))
  } catch {
    // Full or forbidden: then it lives as long as the page.
  }
}

export function readDraft(name: string, user: string): unknown {
  const text = store()?.getItem(DRAFT + name)
  if (!text) return null
  try {
    const kept = JSON.parse(text) as Partial<Kept>
    return kept.user === user ? (kept.value ?? null) : null
  } catch {
    return null
  }
}

export function dropDraft(name: string): void {
  store()?.removeItem(DRAFT + name)
  held.value = any()
}
