import { onBeforeUnmount, onMounted, ref } from 'vue'

export interface Shortcut {
  /** One character, as typed. */
  key: string
  label: string
  run: () => void
}

type Source = () => readonly Shortcut[]

const KEY = 'shortcuts'
const sources: Source[] = []

function readOn(): boolean {
  try {
    return localStorage.getItem(KEY) !== 'off'
  } catch {
    return true
  }
}

/** Single keys can be turned off, for those who speak to their machine or press by accident (WCAG 2.1.4). Per device. */
export const shortcutsOn = ref(readOn())

export function switchShortcuts(on: boolean): void {
  shortcutsOn.value = on
  try {
    localStorage.setItem(KEY, on ? 'on' : 'off')
  } catch {
    // A private window: the choice lasts as long as the page.
  }
}

/** Everything that a key does now; of two that want the same key, the one that came last has it. */
export function shortcuts(): Shortcut[] {
  const byKey = new Map<string, Shortcut>()
  for (const one of sources.flatMap((source) => source())) byKey.set(one.key, one)
  return [...byKey.values()]
}

/** The keys of one component, for as long as it is on the page. Asked at each press, so that only what may be done now is done. */
export function useShortcuts(source: Source): void {
  onMounted(() => {
    if (sources.length === 0) document.addEventListener('keydown', press)
    sources.push(source)
  })
  onBeforeUnmount(() => {
    sources.splice(sources.indexOf(source), 1)
    if (sources.length === 0) document.removeEventListener('keydown', press)
  })
}

function press(event: KeyboardEvent): void {
  if (!shortcutsOn.value || !isFree(event)) return
  const found = shortcuts().find(({ key }) => key === event.key.toLowerCase())
  if (!found) return
  event.preventDefault()
  found.run()
}

/** Never while somebody types, holds a key down, speaks to the browser itself, or answers a dialog. */
export function isFree(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.repeat || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return false
  return !isTyping(event.target) && document.querySelector('dialog[open]') === null
}

// In these an <input> takes no letters.
const NO_TEXT = new Set(['radio', 'checkbox', 'button', 'submit', 'reset'])

export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target instanceof HTMLInputElement) return !NO_TEXT.has(target.type)
  return target.isContentEditable || target.closest('textarea, select, [contenteditable="true"]') !== null
}
