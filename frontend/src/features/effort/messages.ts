import { defineMessages } from '@/i18n'

export const zh = {
  title: '工作用时',
  text: '这件心愿花了多少时间，愿意就记一笔，不记也行。只用来看清办一件心愿的成本，不排名、不考核。',
  kind: '花在哪里',
  kinds: { collecting: '上门了解', review: '核实审核', delivery: '找人、陪同送达', confirmation: '回访确认' },
  minutes: '分钟',
  hint: '一次记总数；记错了再记一遍，写 0 就是删去',
  wrong: '请写 0 到 960 之间的整数。',
  save: '记下',
  saved: '记下了',
  total: (n: string) => `一共 ${n} 分钟`,
  one: (kind: string, n: string, who: string) => `${kind} ${n} 分钟 · ${who}`,
}

export const t = defineMessages(zh, () => import('./messages.en'))
