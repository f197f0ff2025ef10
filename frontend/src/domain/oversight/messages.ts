import { defineMessages } from '@/i18n'

/** Words that the copy for a resident, the clean-up and the yearly audit share. */
export const zh = {
  class: {
    declined_wish: '审核没通过的心愿，文字',
    ended_wish: '办结或撤回的心愿，文字',
    resident: '没有在办心愿的人，全部资料',
    photo: '送达照片',
    application: '入圈申请，从答复（没有答复的从收到）算起',
    sign_in: '登录记录',
    access_log: '谁看过谁的记录',
  },
  band: { under_14: '未满 14 岁', from_14_to_17: '14 到 17 岁' },
  scope: { full: '全部', delivery: '姓名、电话、住址（送达用）', photo: '照片', copy: '全部，打印给本人', export: '姓名、电话、住址（导出的表）' },
  consent: {
    collect: '记下来，帮着找人',
    publish: '公开心愿的话',
    share_with_claimant: '认领的人知道电话和住址',
    photo: '拍照',
    share_with_platform: '转给公益平台',
  },
  erasure: {
    requested: '本人要求',
    requested_by_guardian: '监护人要求',
    consent_withdrawn: '收回了同意',
    no_longer_needed: '用不着了',
    entered_in_error: '登记错了',
  },
  days: (n: string) => `${n} 天`,
  atLeast: (n: string) => `不少于 ${n} 天`,
}

export const oversight = defineMessages(zh, () => import('./messages.en'))
