import { defineMessages } from '@/i18n'

/** The words that only those who work with wishes meet; kept apart so that the wall does not carry them. */
export const zh = {
  escalation: { pending: '等答复', accepted: '已接下', resolved: '已办成', returned: '已退回', superseded: '又上了一级', rerouted: '转给了别的单位' },
  role: {
    collector: '征集员',
    reviewer: '审核员',
    coordinator: '协调员',
    admin: '管理员',
    auditor: '监督员',
    child_officer: '儿童个人信息负责人',
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
  /** A claim that was dispatched and not yet answered. */
  proposed: '等对方答复',
}

export const workWords = defineMessages(zh, () => import('./messages.en'))
