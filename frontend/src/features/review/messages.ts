import { defineMessages } from '@/i18n'

export const zh = {
  ask: { urgent: '急需吗', feasible: '办得到吗', practical: '实在吗' },
  askHint: { urgent: '晚一个月会不会有妨碍', feasible: '附近有人、有物、有时间', practical: '数量、时间、地方都写清了' },
  yes: '是',
  no: '否',
  of: (ask: string) => `：${ask}`,
  circle: '先让谁看见、能认领',
  circleHint: '到时没人认领，会自动往上一级找。',
  circleOf: (name: string) => `${name}及以下`,
  note: '给记录人的话（通过可不填）',
  noteHint: '退回写怎么改；不予办理，写能告诉心愿人的理由。',
  noteMissing: '退回或不予办理，请写一句。',
  unanswered: '三样都看过，才能挂上墙。',
  notPassed: '三样都是“是”才能挂上墙。有一样不是，可以退回修改，或不予办理。',
  findings: '公开的话里还有会让人认出来的地方，先处理好。',
  publish: '通过，挂上墙',
  back: '退回修改',
  decline: '不予办理',
  said: { publish: '挂上墙了', return: '退回去了，记录人看得到您写的话', decline: '记下了，请把理由告诉心愿人' },
  ownWish: '这是您自己记的，要请别人审核。',
  notNow: '这一件现在不用您审核，看看进展就好。',
  seeAll: '看这个心愿',
}

export const t = defineMessages(zh, () => import('./messages.en'))
