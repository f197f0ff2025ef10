import { defineMessages } from '@/i18n'

export const zh = {
  title: '看孩子资料的申请',
  text: '未满 14 岁孩子的姓名、电话、住址，要您同意了才能看。同意只给申请的这一位，最长一天，看一次记一次。',
  waiting: '等您答复',
  answered: '答复过的',
  none: '没有要答复的申请',
  noneText: '有人要看孩子的资料时，会出现在这里。',
  noneAnswered: '还没有答复过。',
  own: '您自己提的申请，要请别的负责人答复。',
  child: '孩子',
  place: '归哪里管',
  who: '谁要看',
  purpose: '用来做什么',
  reason: '为什么现在看',
  forClaim: (who: string) => `${who}，送达用`,
  asked: '哪天提的',
  hours: '同意多久',
  hour: (n: number) => (n === 24 ? '一天（24 小时）' : `${n} 小时`),
  approve: '同意看',
  decline: '不同意',
  declineTitle: '为什么不同意',
  declineText: '这句话会给申请的人看。写清楚可以怎么办。',
  declineLabel: '写一句',
  approved: (until: string) => `同意了，到 ${until} 为止`,
  over: '同意过，已经到时',
  declined: (why: string) => `没同意：${why}`,
  done: '答复了',
  more: '再看 20 条',
  seen: (n: string) => `已看 ${n} 条`,
}

export const t = defineMessages(zh, () => import('./messages.en'))
