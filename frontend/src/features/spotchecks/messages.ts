import { defineMessages } from '@/i18n'

export const zh = {
  title: '抽查回访',
  drawn: (by: string) => `抽中了，请没有经手的人在 ${by} 前再问一次本人。`,
  script: '打电话或上门，先说自己是谁、不是送来的人，再问：东西收到了吗？能用吗？有没有人让您掏钱或拍照？',
  ask: '本人怎么说',
  answers: { as_reported: '属实', did_not_arrive: '没有收到', does_not_work: '收到了，用不了', not_reached: '没联系上' },
  choose: '请选一个。',
  submit: '记下回访',
  done: '记下了',
  trouble: '本人说还不行，请接着“重开”这条心愿。',
  answered: (who: string, day: string) => `${who} ${day} 回访`,
  dropped: (day: string) => `${day} 心愿重开，不用回访了`,
}

export const t = defineMessages(zh, () => import('./messages.en'))
