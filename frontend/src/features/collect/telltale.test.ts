import { expect, it } from 'vitest'
import { pieces, telltales } from './telltale'

const marked = (text: string, ...names: string[]) => pieces(text, names).filter(({ tells }) => tells).map((piece) => piece.text)

it('marks a name, a door and a phone', () => {
  expect(marked('王小满住新井社区6栋302，夜里看不清台阶，电话0700-5550199，想装一盏声控灯。', '王小满')).toEqual(['王小满', '6栋302', '0700-5550199'])
})

it('leaves alone sizes, ages and counts', () => {
  expect(marked('想要一双 36 码的棉鞋，2 双也行，今年 78 岁，住三楼，3 号码的也可以。')).toEqual([])
})

it('gives the whole text back, in pieces', () => {
  const text = '身份证 110101199003070418 请勿外传'
  expect(pieces(text, []).map((piece) => piece.text).join('')).toBe(text)
  expect(telltales(text, [])).toHaveLength(1)
  expect(telltales('', ['王'])).toEqual([])
})
