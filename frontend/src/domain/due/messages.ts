import { defineMessages } from '@/i18n'

/** A date, and as its second word how near it is. */
export const zh = {
  today: '今天',
  tomorrow: '明天',
  late: (day: string) => `已过 ${day}`,
  dueToday: '今天到期',
  dueTomorrow: '明天到期',
  dueBy: (day: string) => `${day}前要办`,
  dueLate: (day: string) => `${day}到期，已过时限`,
}

export const dueWords = defineMessages(zh, () => import('./messages.en'))
