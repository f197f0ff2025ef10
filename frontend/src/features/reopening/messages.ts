import { defineMessages } from '@/i18n'

export const zh = {
  open: '没收到或用不了，重开',
  title: '重开这条心愿',
  text: '本人说没收到、用不了，就把灯先熄了，接着办。原来的满意度也一起收回，办好以后再问。',
  which: '是谁送的这一份',
  trouble: '本人怎么说',
  troubles: { did_not_arrive: '没有收到', does_not_work: '收到了，用不了', other: '别的' },
  note: '说清楚一点',
  noteHint: '例如：插上电没有声音。认领的人也看得到。',
  share: '这一份怎么办',
  keep: '请原来的人办好',
  takeBack: '收回来，另找人',
  missing: '请写一句，让接着办的人明白。',
  choose: '请选一个。',
  submit: '重开',
  leave: '先不重开',
  done: '重开了，接着办',
  none: '没有已经确认的份额。',
  shareOf: (who: string, amount: string) => `${who} · ${amount}`,
}

export const t = defineMessages(zh, () => import('./messages.en'))
