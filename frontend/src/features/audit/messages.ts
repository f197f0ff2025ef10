import { defineMessages } from '@/i18n'

export const zh = {
  merges: { beneficiary_merged: '两份登记合并成一份', beneficiary_unmerged: '合并的登记拆开了' },
  title: '留痕',
  text: '谁在什么时候做了什么、看过谁的信息。一条接一条锁在一起，改过或少了一条都查得出来。这里没有心愿人的姓名电话。',
  pack: '年度审计材料',
  filter: '筛选',
  kind: '看哪一类',
  everything: '全部',
  from: '从哪天',
  until: '到哪天',
  none: '没有这样的记录',
  noneText: '换一类，或换几天看看。',
  number: '序号',
  when: '什么时候',
  what: '做了什么',
  who: '谁',
  why: '为什么',
  byTime: '到了时间，自动',
  more: '再看 50 条',
  seen: (n: string) => `已看 ${n} 条`,
  heads: {
    title: '每天的封口',
    text: '每天抄下最后一行，放在别处。以后对得上，就说明那天以前的记录没有人动过。',
    day: '哪天',
    length: '共几条',
    hash: '封口',
    none: '还没有封过口。',
  },
}

export const t = defineMessages(zh, () => import('./messages.en'))
