import { defineMessages } from '@/i18n'

/** What a look at somebody is for. */
export const zh = {
  visit: '上门走访、核实',
  contact: '打电话联系',
  deliver: '送达',
  follow_up: '回访',
  review: '审核',
  correct: '更正资料',
  refer: '转介求助',
  access: '本人或监护人要查阅',
  emergency: '紧急情况',
  inspect: '监督检查',
}

export const purposes = defineMessages(zh, () => import('./messages.en'))

/** Also of what was written down before there were words for it. */
export const purposeWord = (code: unknown): string => (typeof code === 'string' ? ((purposes.value as Partial<Record<string, string>>)[code] ?? '') : '')
