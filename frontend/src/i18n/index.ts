import { type ComputedRef, computed, shallowRef } from 'vue'
import { type Locale, locale, setLocale } from '@/prefs/prefs'

/** A text, a text made from values, or a group of them. */
export type Messages = { readonly [key: string]: string | ((...values: never[]) => string) | Messages }

const english = new Set<() => Promise<void>>()

/**
 * The texts of one room: Chinese at once, English when it is first wanted.
 * Each room keeps its own `messages.ts` and `messages.en.ts`, the second `satisfies typeof zh`,
 * so a missing text or a wrong value is a type error.
 */
export function defineMessages<M extends Messages>(zh: M, load: () => Promise<{ default: M }>): ComputedRef<M> {
  const en = shallowRef<M | null>(null)
  english.add(async () => {
    try {
      en.value ??= (await load()).default
    } catch {
      // Out of reach just now: the page is better in Chinese than not at all, and the next page asks again.
    }
  })
  return computed(() => (locale.value === 'en' ? (en.value ?? zh) : zh))
}

/** Before a page is shown: all texts of the rooms loaded so far are there, in the reader's language. */
export async function messagesReady(of: Locale = locale.value): Promise<void> {
  if (of === 'en') await Promise.all([...english].map((load) => load()))
}

/** For a part of a page that comes later than its page: it too waits for its texts. */
export async function withMessages<T>(part: Promise<T>): Promise<T> {
  const loaded = await part
  await messagesReady()
  return loaded
}

export async function switchLocale(to: Locale): Promise<void> {
  await messagesReady(to)
  setLocale(to)
}
