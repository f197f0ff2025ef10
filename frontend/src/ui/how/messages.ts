import { defineMessages } from '@/i18n'

export const zh = {
  head: '一盏灯是怎样亮的',
  step: {
    closed: { head: '说出来', text: '跟网格员说，打电话说，屋场会上说，都算数。' },
    open: { head: '挂上墙', text: '急不急、办不办得到、实不实在，看过三样就公开。' },
    claimed: { head: '有人认领', text: '先联系，再约时间。到期没办，会还回来给下一位。' },
    lit: { head: '本人点头', text: '东西到了，由心愿人自己确认。点了头，灯才亮。' },
  },
  campaigns: '到日子一起点亮的心愿：',
  toCampaigns: '看看主题活动',
  posts: '要人手的事：',
  toPosts: '看看公益岗位',
  join: '想长期出一份力：',
  toJoin: '加入圆梦圈子',
  ask: '您自己或邻居有个小心愿？',
  call: '打',
  orTell: '，或者告诉楼栋的网格员，不用会上网。',
  tell: '告诉楼栋的网格员就好，不用会上网。',
}

export const t = defineMessages(zh, () => import('./messages.en'))
