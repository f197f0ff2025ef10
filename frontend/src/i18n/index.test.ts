import { afterEach, expect, it, vi } from 'vitest'
import { prefs, setLocale } from '@/prefs/prefs'
import { defineMessages, messagesReady, switchLocale, withMessages } from '.'

afterEach(() => setLocale('zh'))

it('loads English only when it is wanted, once, and then speaks it', async () => {
  const load = vi.fn(async () => ({ default: { hello: (name: string) => `Hello, ${name}` } }))
  const t = defineMessages({ hello: (name: string) => `${name}，您好` }, load)

  await messagesReady()
  expect(t.value.hello('林')).toBe('林，您好')
  expect(load).not.toHaveBeenCalled()

  await switchLocale('en')
  await messagesReady()
  expect(t.value.hello('Lin')).toBe('Hello, Lin')
  expect(load).toHaveBeenCalledOnce()
  expect(prefs.locale).toBe('en')
  expect(document.documentElement.lang).toBe('en')
})

it('gives a later part of a page its English before it is shown', async () => {
  setLocale('en')
  const part = Promise.resolve().then(() => defineMessages({ word: '灯' }, async () => ({ default: { word: 'lamp' } })))
  expect((await withMessages(part)).value.word).toBe('lamp')
})

it('stays Chinese when the English cannot be loaded', async () => {
  const t = defineMessages({ word: '灯' }, () => Promise.reject(new TypeError('Failed to fetch')))
  await switchLocale('en')
  expect(t.value.word).toBe('灯')
})

it('falls back to Chinese while English is still on its way', () => {
  const t = defineMessages({ word: '灯' }, () => new Promise(() => {}))
  setLocale('en')
  expect(t.value.word).toBe('灯')
})
