import { defineMessages } from '@/i18n'
import type { zh as work } from './workTitles'

export const zh = {
  product: '点亮微心愿',
  /** The title of each public page, by the titleKey of its route. */
  title: {
    wall: '心愿墙',
    wish: '一个心愿',
    claimed: '火种交给您了',
    mine: '我的认领',
    login: '登录',
    about: '怎样点亮',
    notFound: '没有这一页',
    notAllowed: '这一页看不了',
  },
}

export const titles = defineMessages(zh, () => import('./messages.en'))

export type TitleKey = keyof typeof zh.title | keyof typeof work
type Titles = Partial<Record<TitleKey, string>>

let more = (): Titles => ({})
/** Once the workers' rooms are open, theirs too. */
export const addTitles = (theirs: () => Titles): void => {
  more = theirs
}

export const titleOf = (key: TitleKey | undefined): string => (key && { ...titles.value.title, ...more() }[key]) || ''
