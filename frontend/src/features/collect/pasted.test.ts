import { expect, it } from 'vitest'
import { filled, pieces, read, readAll } from './pasted'

it('takes a numbered list apart, with the lines that belong to a number', () => {
  const text = '#接龙\n本月微心愿\n\n1. 王示例，三组，想要一台收音机，电话13800000001\n2、李示例 缺一张书桌\n上学用的\n（3）赵示例希望有人陪着说说话'
  expect(pieces(text)).toEqual(['本月微心愿', '王示例，三组，想要一台收音机，电话13800000001', '李示例 缺一张书桌\n上学用的', '赵示例希望有人陪着说说话'])
})

it('takes a chat of WeChat or QQ apart by message, without who spoke, pictures and thanks', () => {
  const wechat = '网格员小周:\n王示例想要一双棉鞋\n尺码38\n\n李书记:\n收到\n\n网格员小周:\n[图片]\n李示例需要理发'
  expect(pieces(wechat)).toEqual(['王示例想要一双棉鞋\n尺码38', '李示例需要理发'])
  const qq = '小周(1234567) 2026/11/23 10:23:05\n王示例想要一双棉鞋\n李书记 下午 3:05\n好的\n小周 昨天 21:10\n李示例需要理发'
  expect(pieces(qq)).toEqual(['王示例想要一双棉鞋', '李示例需要理发'])
})

it('takes plain lines one by one, and paragraphs whole', () => {
  expect(pieces('王示例想要棉鞋\n李示例需要理发')).toHaveLength(2)
  expect(pieces('王示例想要棉鞋\n尺码38\n\n李示例需要理发')).toEqual(['王示例想要棉鞋\n尺码38', '李示例需要理发'])
  expect(pieces(' \n\n')).toEqual([])
})

it('does not take a price or a size for a number of the list', () => {
  expect(pieces('王示例想要\n2.5米的晾衣杆')).toEqual(['王示例想要', '2.5米的晾衣杆'])
})

it('finds who, where and what, and takes numbers with a field of their own out of the text', () => {
  const told = read('王示例，女，78岁，示例村三组，想要一台收音机。电话138-0000-0001，身份证11010519491231002x')
  expect(told).toEqual({ name: '王示例', phone: '13800000001', id_number: '11010519491231002X', address: '示例村三组', title: '想要一台收音机', details: '王示例，女，78岁，示例村三组，想要一台收音机。' })
})

it('does not take a name for a part of an address', () => {
  expect(read('莫示例住在示例镇上村二组，缺一张床')).toMatchObject({ name: '', address: '示例镇上村二组', title: '缺一张床' })
})

it('cleans full-width figures, odd blanks and readings in brackets', () => {
  expect(readAll('姓名：　莫（mò）示例\u200b，电话１３８０００００００２，需要理发')[0]).toMatchObject({ name: '莫示例', phone: '13800000002', title: '需要理发' })
})

it('leaves empty what it does not find, and loses no word', () => {
  const told = read('大家好，有位老人家里很冷')
  expect(told).toMatchObject({ name: '', phone: '', address: '', details: '大家好，有位老人家里很冷', title: '大家好，有位老人家里很冷' })
  expect(filled(told, 'o').purposes).toEqual([])
})
