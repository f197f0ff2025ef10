import { defineMessages } from '@/i18n'

/** What waits for the person in front, as the menus say it: guests do without it. */
export const zh = {
  tasks: '等您办的',
  waiting: (n: string) => `${n} 个心愿等着您`,
}

export const t = defineMessages(zh, () => import('./messages.en'))
