import { expect, test } from 'vitest'
import { idsOf, pageOf, postedOf } from './address'

test('a poster of the wall shows what the wall shows, and leads back to it', () => {
  const posted = postedOf({ q: ' 鞋 ', category: 'goods', region: '4403', status: 'open', other: 'x' })
  expect(posted).toEqual({ q: '鞋', category: 'goods', region_code: '4403' })
  expect(pageOf(posted, 'https://w.cn')).toBe('https://w.cn/?q=%E9%9E%8B&category=goods&region=4403&status=open')
  expect(pageOf(postedOf({}), 'https://w.cn')).toBe('https://w.cn/?status=open')
})

test('a poster of a campaign leads to the campaign', () => {
  expect(pageOf(postedOf({ campaign: 'c1' }), 'https://w.cn')).toBe('https://w.cn/campaigns/c1')
})

test('each wish is printed once', () => {
  expect(idsOf({ ids: 'a,b,,a' })).toEqual(['a', 'b'])
  expect(idsOf({})).toEqual([])
})
