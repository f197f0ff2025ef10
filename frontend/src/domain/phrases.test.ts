import { expect, it } from 'vitest'
import { phrases } from './phrases'

it.each([
  ['柑橘熟了，想请人一起摘两天', '柑橘|熟了，|想请人|一起|摘两天'],
  ['楼道里想有一盏夜里亮的灯', '楼道里|想有一盏|夜里|亮的灯'],
  ['轮椅出不了门，想修一段坡道', '轮椅|出不了门，|想修一段|坡道'],
  ['散步时，想听听戏', '散步时，|想听听戏'],
  ['想请医生上门看看，再理个发', '想请医生|上门|看看，|再理个发'],
  ['想有一台电视，看看外面的世界', '想有一台|电视，|看看|外面的|世界'],
  ['想要一台榨汁机', '想要|一台榨汁机'],
  ['想有一本《唐诗三百首》', '想有一本|《唐诗三百首》'],
])('breaks %s between its phrases only', (title, broken) => {
  expect(phrases(title).join('|')).toBe(broken)
})

it('loses nothing, whatever is written', () => {
  for (const title of ['', ' ', '灯', '，，', '想学会用 iPhone 13 拍照！', '“好”', '2件', 'A lamp on the stairs', '👵想要👓'])
    expect(phrases(title).join('')).toBe(title)
})

it('leaves titles in other scripts as they are', () => {
  expect(phrases('A lamp on the stairs')).toEqual(['A lamp on the stairs'])
})
