import { describe, expect, it } from 'vitest'
import type { Messages } from '.'

const chinese = import.meta.glob<{ zh: Messages }>(['/src/**/messages.ts', '/src/domain/refusals.ts'], { eager: true })
const english = import.meta.glob<{ default: Messages }>(['/src/**/messages.en.ts', '/src/domain/refusals.en.ts'], { eager: true })

function flatten(messages: Messages, path = ''): [string, Messages[string]][] {
  return Object.entries(messages).flatMap(([key, value]) =>
    typeof value === 'object' ? flatten(value, `${path}${key}.`) : [[path + key, value] as [string, Messages[string]]],
  )
}

const spoken = (value: Messages[string]): string =>
  typeof value === 'function' ? value(...(Array.from({ length: value.length }, () => '1') as never[])) : String(value)

describe.each(Object.keys(chinese))('%s', (file) => {
  const zh = new Map(flatten(chinese[file]?.zh ?? {}))
  const en = new Map(flatten(english[file.replace(/\.ts$/, '.en.ts')]?.default ?? {}))

  it('says the same things in both languages', () => {
    const shape = (side: Map<string, Messages[string]>) => [...side].map(([key, value]) => `${key}: ${typeof value}`).toSorted()
    expect(shape(en)).toEqual(shape(zh))
  })

  it('leaves nothing empty, and no Chinese in the English', () => {
    const keysWhere = (side: Map<string, Messages[string]>, wrong: (text: string) => boolean) =>
      [...side].filter(([, value]) => wrong(spoken(value))).map(([key]) => key)
    const empty = (text: string) => text.trim() === ''
    expect([...keysWhere(zh, empty), ...keysWhere(en, empty)]).toEqual([])
    // The one button that names the other language by its own name.
    expect(keysWhere(en, (text) => /\p{Script=Han}/u.test(text)).filter((key) => key !== 'otherLanguage')).toEqual([])
  })
})
