import { defineMessages } from '@/i18n'

export const zh = {
  title: '到期删除',
  text: '用不着了的资料，每天夜里自动删。删掉的打不开，备份里的也一样；件数和经过还在。',
  due: '到期还没删的',
  dueText: (place: string, at: string) => `${place}，${at} 试算。只数一数，什么都不改。`,
  what: '哪一类',
  kept: '保存多久',
  basis: '依据',
  count: '到期的',
  auto: '自动',
  never: '不删',
  runs: '最近几次',
  none: '还没有清理过。第一次在今天夜里。',
  when: '什么时候',
  how: '怎样',
  nightly: (day: string) => `${day}夜里`,
  byHand: '手动',
  removed: '删了多少',
  nothing: '没有到期的',
  more: '再看 20 次',
  seen: (n: string) => `已看 ${n} 次`,
}

export const t = defineMessages(zh, () => import('./messages.en'))
