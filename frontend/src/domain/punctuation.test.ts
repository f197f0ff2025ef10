import { afterEach, expect, it } from 'vitest'
import { setLocale } from '@/prefs/prefs'
import { labelled, listed, saidOf, withAside } from './punctuation'

afterEach(() => setLocale('zh'))

it('writes each language with its own marks', () => {
  expect([listed(['灯', '书']), labelled('备注', '好'), withAside('李某', '母亲'), saidOf('李某', '母亲')]).toEqual(['灯、书', '备注：好', '李某（母亲）', '李某，母亲'])
  setLocale('en')
  expect([listed(['lamp', 'book']), labelled('Note', 'fine'), withAside('Li', 'mother'), saidOf('Li', 'mother')]).toEqual(['lamp, book', 'Note: fine', 'Li (mother)', 'Li, mother'])
})

/** What only Chinese is written with. */
const FULL_WIDTH = /[，。；：（）！？、【】「」《》　]/u

it('leaves none of the Chinese marks in English, nor in a page, which speaks both', () => {
  const files = import.meta.glob<string>(['/src/**/*.vue', '/src/**/*.en.ts', '/src/**/*.en.json'], { eager: true, query: '?raw', import: 'default' })
  const wrong = Object.entries(files).flatMap(([file, text]) =>
    text.split('\n').flatMap((line, at) => (FULL_WIDTH.test(line) ? [`${file}:${at + 1}: ${line.trim()}`] : [])),
  )
  expect(wrong).toEqual([])
})
