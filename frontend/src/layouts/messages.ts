import { defineMessages } from '@/i18n'

export const zh = {
  skip: '跳到正文',
  mainNav: '主导航',
  wall: '心愿墙',
  mine: '我的认领',
  how: '怎样点亮',
  console: '工作台',
  elder: '大字版',
  dark: '深色',
  contrast: '高对比',
  otherLanguage: 'English',
  signIn: '登录',
  signOut: '退出',
  myAccount: '我的账号',
  account: '您的账号',
  menu: '菜单',
  workNav: '工作导航',
  privacy: '个人信息怎样使用',
  figures: '数字的口径',
  accessibility: '无障碍说明',
  noPhone: '不用手机也可以：',
  call: '打 ',
  orWorker: '，或找网格员',
  worker: '找楼栋的网格员',
}

export const t = defineMessages(zh, () => import('./messages.en'))
