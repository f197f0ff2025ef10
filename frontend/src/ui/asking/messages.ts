import { defineMessages } from '@/i18n'

export const zh = {
  head: '要看这个孩子的资料',
  text: '未满 14 岁，先由儿童个人信息保护负责人同意，同意后一天内可以看。',
  purpose: '用来做什么',
  reason: '为什么现在要看',
  hint: '给负责人看的。写事情，不写孩子的姓名电话。',
  missing: '请写一句为什么',
  submit: '提出申请',
  again: '再申请',
  pending: (day: string) => `${day}提出了申请，等负责人答复。`,
  live: (until: string) => `负责人同意了，到 ${until} 为止可以看。`,
  over: (until: string) => `同意到 ${until} 为止，已经过了。`,
  declined: (why: string) => `负责人没同意：${why}`,
  sent: '申请交上去了',
}

export const t = defineMessages(zh, () => import('./messages.en'))
