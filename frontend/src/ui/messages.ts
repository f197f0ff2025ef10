import { defineMessages } from '@/i18n'

export const zh = {
  close: '关上',
  less: '少一些',
  more: '多一些',
  loading: '正在取',
  couldNotLoad: '没取到',
  networkDropped: '网络断了一下，不是您的问题。',
  trace: (id: string) => `追踪号 ${id}`,
  signIn: '去登录（另开一页）',
  retry: '再取一次',
  valley: (n: string, lit: string) => `夜里的山谷，${n} 扇窗是最近 ${n} 个心愿，${lit} 扇已经亮了。用左右键在窗之间走。`,
  ladder: '这个心愿走到了哪一级',
  here: '现在在这里',
  litHere: '在这里点亮',
  endedHere: '到这里结束',
  notYet: '还没到',
  notNeeded: '不用再往上',
  until: (day: string) => `到 ${day}`,
  after: (day: string) => `${day}后`,
}

export const ui = defineMessages(zh, () => import('./messages.en'))
