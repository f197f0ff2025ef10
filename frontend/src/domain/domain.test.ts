import { afterEach, describe, expect, it } from 'vitest'
import { messagesReady } from '@/i18n'
import { setLocale } from '@/prefs/prefs'
import { amount, day, dayAndTime, leaf, money, named, number, toFen } from './format'
import { steps } from './ladder'
import { shareLamps } from './lamp'
import { sayRefusal } from './refusals'
import { ApiError } from '@/api/error'

afterEach(() => setLocale('zh'))

async function inEnglish(): Promise<void> {
  await messagesReady('en')
  setLocale('en')
}

describe('dates', () => {
  const now = new Date('2026-11-20T04:00:00Z')

  it('are those of China, whatever the clock of the reader', () => {
    expect(day('2026-11-22T16:30:00Z', now)).toBe('11 月 23 日')
    expect(dayAndTime('2026-11-22T16:30:00Z')).toMatch(/11 月 23 日 00:30$/)
    expect(leaf('2026-11-22T16:30:00Z')).toEqual({ weekday: '周一', day: '23', month: '11 月' })
  })

  it('of no hour stay the day they name', () => {
    expect(day('2026-12-04', now)).toBe('12 月 4 日')
  })

  it('name the year only when it is another', async () => {
    expect(day('2027-01-03', now)).toBe('2027 年 1 月 3 日')
    await inEnglish()
    expect(day('2027-01-03', now)).toBe('3 January 2027')
    expect(day('2026-11-23', now)).toBe('23 November')
  })
})

describe('money and amounts', () => {
  it('show fen only where there are any', () => {
    expect(money(60000)).toBe('600 元')
    expect(money(123456)).toBe('1,234.56 元')
    expect(money(50)).toBe('0.50 元')
  })

  it('read what a person typed without floating point', () => {
    expect(toFen('12')).toBe(1200)
    expect(toFen(' 0.29 ')).toBe(29)
    expect(toFen('19.9')).toBe(1990)
    for (const bad of ['', 'x', '1.234', '-1', '1e3', '1,000']) expect(toFen(bad)).toBeNull()
  })

  it('carry their measure word', async () => {
    expect(amount(3, 'item')).toBe('3 件')
    expect(amount(60000, 'fen')).toBe('600 元')
    await inEnglish()
    expect(amount(1, 'person')).toBe('1 person')
    expect(amount(20, 'person')).toBe('20 people')
    expect(money(60000)).toBe('¥600')
    expect(number(1284)).toBe('1,284')
  })

  it('name a category in Chinese where it has no English name', async () => {
    await inEnglish()
    expect(named({ name_zh: '添一物', name_en: 'A thing' })).toBe('A thing')
    expect(named({ name_zh: '扫一院', name_en: null })).toBe('扫一院')
  })
})

describe('lamps', () => {
  it('tell every share by the furthest it has come', () => {
    expect(shareLamps({ quantity: 4, reserved: 3, delivered: 2, confirmed: 1 })).toEqual(['lit', 'delivered', 'claimed', 'open'])
  })
})

describe('the ladder', () => {
  it('names levels, or organisations where the reader may know them', () => {
    const ladder = steps([
      { level: 'village', from: '2026-10-16T00:00:00Z', until: '2026-11-03T00:00:00Z', status: 'past', claimants: 3 },
      { level: 'township', name: '桃坪镇', from: '2026-11-03T00:00:00Z', status: 'here', claimants: 9 },
      { level: 'county', from: null, status: 'next', claimants: 20 },
    ])
    expect(ladder.map(({ name, kind }) => [name, kind])).toEqual([['村', 'past'], ['桃坪镇', 'here'], ['县', 'ahead']])
    expect(ladder[2]?.from).toBeNull()
  })
})

describe('refusals', () => {
  it('are said in our own voice where we have one, else in the words of the server', () => {
    expect(sayRefusal(new ApiError(409, 'quantity_exceeds_remaining', 'x')).head).toBe('这一份刚刚有人认领了。')
    expect(sayRefusal(new ApiError(409, 'has_children', '它还有下级组织。'))).toEqual({ head: '它还有下级组织。', rest: '' })
    expect(sayRefusal(new ApiError(500, 'strange', '')).head).toBe('没存上。')
  })
})
