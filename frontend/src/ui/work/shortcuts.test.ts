import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createApp, defineComponent, h } from 'vue'
import { isTyping, type Shortcut, shortcuts, switchShortcuts, useShortcuts } from './shortcuts'

const run = vi.fn<() => void>()
let unmount = (): void => {}

function use(...lists: Shortcut[][]): void {
  const one = (list: Shortcut[]) =>
    defineComponent(() => {
      useShortcuts(() => list)
      return () => h('p')
    })
  const app = createApp(() => lists.map((list) => h(one(list))))
  app.mount(document.createElement('div'))
  unmount = () => app.unmount()
}

const press = (on: Element, key: string, more: KeyboardEventInit = {}): boolean =>
  on.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more }))

function add(html: string): HTMLElement {
  document.body.insertAdjacentHTML('beforeend', html)
  return document.body.lastElementChild as HTMLElement
}

beforeEach(() => {
  run.mockClear()
  document.body.innerHTML = ''
})
afterEach(() => {
  unmount()
  switchShortcuts(true)
})

it('does what the key says, in either case, and lets go when its component leaves', () => {
  use([{ key: 'a', label: 'accept', run }])
  press(document.body, 'a')
  press(document.body, 'A', { shiftKey: true })
  expect(run).toHaveBeenCalledTimes(2)
  unmount()
  unmount = () => {}
  press(document.body, 'a')
  expect(run).toHaveBeenCalledTimes(2)
})

it('never fires while somebody types', () => {
  use([{ key: 'a', label: 'accept', run }])
  for (const html of ['<input>', '<input type="search">', '<textarea></textarea>', '<select></select>']) press(add(html), 'a')
  press(document.body, 'a', { isComposing: true })
  press(document.body, 'a', { ctrlKey: true })
  press(document.body, 'a', { repeat: true })
  expect(run).not.toHaveBeenCalled()
  expect(isTyping(add('<input type="radio">'))).toBe(false)
  expect(isTyping(add('<button></button>'))).toBe(false)
})

it('waits while a dialog is open, and while it is switched off', () => {
  use([{ key: 'a', label: 'accept', run }])
  const dialog = add('<dialog open></dialog>')
  press(document.body, 'a')
  dialog.remove()
  switchShortcuts(false)
  press(document.body, 'a')
  expect(run).not.toHaveBeenCalled()
})

it('gives a key to whoever came last', () => {
  use([{ key: 'a', label: 'first', run }], [{ key: 'a', label: 'second', run }])
  expect(shortcuts().map(({ label }) => label)).toEqual(['second'])
})
