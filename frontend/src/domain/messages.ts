import { defineMessages } from '@/i18n'

/** The words of the domain (docs: the glossary), the same in every room. */
export const zh = {
  /** The status of a wish, as a tag says it. */
  wish: {
    draft: '草稿',
    submitted: '待审核',
    open: '待认领',
    claimed: '已认领',
    delivered: '已送达，等回音',
    fulfilled: '已点亮',
    declined: '未通过',
    withdrawn: '已撤回',
  },
  claim: {
    proposed: '等您答复',
    active: '已认领',
    contacted: '已联系',
    delivered: '已送达，等回音',
    confirmed: '已点亮',
    declined: '已谢绝',
    released: '已还回',
    lapsed: '到期还回',
    taken_back: '已收回',
  },
  level: { province: '省', city: '市', county: '县', township: '镇', village: '村', unit: '单位' },
  /** A quantity with its measure word. */
  amount: {
    item: (n: string) => `${n} 件`,
    person: (n: string) => `${n} 人`,
    hour: (n: string) => `${n} 小时`,
    visit: (n: string) => `${n} 次`,
  },
  shares: {
    and: '、',
    left: (n: string) => `还差 ${n}`,
    described: (total: string, reserved: string, confirmed: string) => `共 ${total}，已认领 ${reserved}，已点亮 ${confirmed}`,
  },
  age: (band: string) => `${band.replace('-', '–')} 岁`,
  wentUp: (level: string) => `已走到${level}里`,
  money: (yuan: string) => `${yuan} 元`,
  about: (money: string) => `约 ${money}`,
  day: (year: string, month: string, day: string) => `${year ? `${year} 年 ` : ''}${month} 月 ${day} 日`,
  dayAndWeekday: (day: string, weekday: string) => `${day} ${weekday}`,
  monthOnly: (month: string) => `${month} 月`,
  before: (day: string) => `${day}前`,
}

export const words = defineMessages(zh, () => import('./messages.en'))
