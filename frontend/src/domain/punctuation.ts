import { currentLocale } from '@/prefs/prefs'

/** What stands between the words that a page puts together, as each language writes it. */
const english = (): boolean => currentLocale() === 'en'

/** Several, one after the other. */
export const listed = (items: readonly string[]): string => items.join(english() ? ', ' : '、')

/** Somebody, and what more is said of them. */
export const saidOf = (who: string, more: string): string => `${who}${english() ? ', ' : '，'}${more}`

/** What something is, or what it says. */
export const labelled = (label: string, text: string): string => `${label}${english() ? ': ' : '：'}${text}`

/** A word, and in brackets what belongs to it. */
export const withAside = (word: string, more: string): string => (english() ? `${word} (${more})` : `${word}（${more}）`)
