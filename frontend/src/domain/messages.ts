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
  },
  escalation: { pending: '等答复', accepted: '已接下', resolved: '已办成', returned: '已退回', superseded: '又上了一级' },
  level: { province: '省', city: '市', county: '县', township: '镇', village: '村', unit: '单位' },
  role: {
    collector: '征集员',
    reviewer: '审核员',
    coordinator: '协调员',
    admin: '管理员',
    auditor: '监督员',
    manager: '单位联络人',
  },
  channel: {
    home_visit: '入户走访',
    meeting: '屋场会、坝坝会',
    service_hall: '服务大厅',
    petition: '信访线索',
    hotline: '热线电话',
    online: '网上',
    partner: '合作单位',
    drive: '集中征集',
  },
  toldBy: { self: '本人', relative: '家人', neighbour: '邻居', staff: '工作人员', other: '其他人' },
  confirm: { code: '报号码', call: '电话回访', witness: '见证人' },
  claimant: { person: '个人', unit: '单位' },
  /** A quantity with its measure word. */
  amount: {
    item: (n: string) => `${n} 件`,
    person: (n: string) => `${n} 人`,
    hour: (n: string) => `${n} 小时`,
    visit: (n: string) => `${n} 次`,
  },
  shares: {
    left: (n: string) => `还差 ${n}`,
    described: (total: string, reserved: string, confirmed: string) => `共 ${total}，已认领 ${reserved}，已点亮 ${confirmed}`,
  },
  wentUp: (level: string) => `已走到${level}里`,
  money: (yuan: string) => `${yuan} 元`,
  about: (money: string) => `约 ${money}`,
  day: (year: string, month: string, day: string) => `${year ? `${year} 年 ` : ''}${month} 月 ${day} 日`,
  monthOnly: (month: string) => `${month} 月`,
  before: (day: string) => `${day}前`,
}

export const words = defineMessages(zh, () => import('./messages.en'))
