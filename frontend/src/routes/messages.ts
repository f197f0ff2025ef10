import { defineMessages } from '@/i18n'

export const zh = {
  product: '点亮微心愿',
  /** The title of each page, by the titleKey of its route. */
  title: {
    wall: '心愿墙',
    wish: '一个心愿',
    claimed: '火种交给您了',
    mine: '我的认领',
    login: '登录',
    password: '改密码',
    secondFactor: '动态口令',
    about: '怎样点亮',
    notFound: '没有这一页',
    notAllowed: '这一页看不了',
    today: '今天',
    collect: '记一个心愿',
    work: '心愿',
    edit: '改草稿',
    organisations: '组织',
  },
}

export const titles = defineMessages(zh, () => import('./messages.en'))
