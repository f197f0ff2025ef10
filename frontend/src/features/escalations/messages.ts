import { defineMessages } from '@/i18n'

export const zh = {
  from: (name: string) => `${name}上报`,
  byTime: '到了时间还没有人接上，自动往上一级找。',
  accept: (name: string) => `接下，由${name}负责`,
  giveBack: '退回，写明怎么办',
  accepted: '接下了。现在由您这一级负责，能看见它的人多了一圈。',
  returned: '退回去了，带着您写的办法。',
  answered: '这一件已经答复过了。',
  seeAll: '看经过和认领',
  returnTitle: '退回去办',
  returnText: (name: string) => `退给${name}，时间从头算。请写清楚怎么办、找谁帮忙。`,
  instruction: '怎么办',
  instructionHint: '例如：先问镇残联，有一批轮椅；三天内回话',
  returnSubmit: '退回',
  sendTitle: '上报给上一级',
  sendText: '上一级接下后由他们负责，能认领的人会多一圈。您这里仍看得到，答复也会回来。',
  reason: '为什么办不了',
  reasonHint: '例如：还差两份，镇上的单位今年都认领过了',
  sendSubmit: '上报',
  sent: '上报了，等上一级答复。',
}

export const t = defineMessages(zh, () => import('./messages.en'))
