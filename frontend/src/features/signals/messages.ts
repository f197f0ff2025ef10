import { defineMessages } from '@/i18n'

export const zh = {
  title: '核实线索',
  text: '记录里值得再看一眼的地方。线索不是结论，也不排名次：每一条旁边都写着可能的正常原因，看过、问过再说。',
  back: '回到数字',
  days: '看哪几天',
  spans: { '30': '最近 30 天', '90': '最近 90 天' },
  kind: {
    confirmed_fast: '认领后很快就点了头',
    one_hand: '一个人短时间记下很多点头',
    same_picture: '不同心愿，同样的照片',
    only_fives: '评分全是五分',
    rush: '截止前集中录入',
    same_household: '同一户好几件心愿',
  },
  count: {
    confirmed_fast: (n: string) => `${n} 分钟`,
    one_hand: (n: string) => `${n} 次点头`,
    same_picture: (n: string) => `${n} 张照片`,
    only_fives: (n: string) => `${n} 次评分`,
    rush: (n: string) => `${n} 件心愿`,
    same_household: (n: string) => `${n} 件心愿`,
  },
  told: '什么时候提示',
  innocent: '也可能是',
  none: '这些天没有。',
  more: (n: string) => `还有 ${n} 件`,
  unnamed: '已删除的心愿',
  incomplete: '太多，没有列全。看少几天，或者到下级单位去看。',
}

export const t = defineMessages(zh, () => import('./messages.en'))
