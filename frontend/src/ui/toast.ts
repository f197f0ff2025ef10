import { shallowRef } from 'vue'

export interface Toast {
  text: string
  id: number
}

let last = 0
export const toast = shallowRef<Toast | null>(null)

/** A short word that something was done. What must not be missed belongs on the page. */
export function say(text: string): void {
  last += 1
  toast.value = { text, id: last }
}
