import { defineMessages } from '@/i18n'

/** The titles of the workers' pages. They come with their addresses: the wall does without them. */
export const zh = {
  desk: '办事台',
  today: '今天',
  tasks: '等您办的',
  collect: '记一个心愿',
  outbox: '待发送',
  work: '心愿',
  edit: '改草稿',
  plans: '派单计划',
  campaigns: '主题活动',
  posts: '公益岗位',
  signUps: '我的报名',
  residents: '心愿人',
  resident: '一位心愿人',
  pairings: '结对走访',
  claimants: '认领方',
  duties: '年度任务',
  honours: '荣誉',
  certificate: '荣誉证书',
  applications: '入圈申请',
  join: '加入圆梦圈子',
  approvals: '看孩子资料的申请',
  copy: '给本人的副本',
  audit: '留痕',
  pack: '年度审计材料',
  retention: '到期删除',
  jobs: '搁置的任务',
  organisations: '组织',
  calendar: '工作日历',
  account: '我的账号',
  password: '改密码',
  secondFactor: '动态口令',
}

export const workTitles = defineMessages(zh, () => import('./workTitles.en'))
