import { defineMessages } from '@/i18n'

export const zh = {
  title: '搁置的任务',
  text: '到时该自动办的事（还回份额、上报、转上一级），试了八次都没办成，就搁在这里，等人看一眼。问题解决后，点“再试一次”。',
  none: '没有搁置的任务。到时该办的都办了。',
  caption: '搁置的任务，新的在前',
  what: '什么事',
  wish: '哪条心愿',
  open: '打开心愿',
  due: '到时',
  why: '为什么没办成',
  tries: (n: string) => `试了 ${n} 次`,
  retry: '再试一次',
  again: '放回去了，几秒后再试',
  more: '再看 20 条',
  seen: (n: string) => `已看 ${n} 条`,
  kind: {
    claim_due: '认领到期，还回份额',
    escalation_due: '上报没有答复，转上一级',
    wish_due: '心愿超期，上报',
    claim_reminder: '认领快到期，提醒一次',
  },
}

export const t = defineMessages(zh, () => import('./messages.en'))
