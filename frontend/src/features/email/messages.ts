import { defineMessages } from '@/i18n'

export const zh = {
  head: '邮件提醒',
  text: '工作日早上八点半，有事等着您就写一封信，一天最多一封。信里只有几件什么事，没有心愿和心愿人的内容。',
  off: '这里没有设置发邮件。等着您的事，页面上都看得到。',
  failed: '没有读到。',
  reload: '再读一次',
  to: '现在发到',
  since: (day: string) => `${day} 起`,
  remove: '移除，不再收',
  removed: '移除了，不再给您写信',
  address: '电子邮箱',
  addressBad: '写上完整的邮箱，像 name@example.org',
  password: '现在的密码',
  passwordMissing: '写上现在的密码',
  ask: '发验证码',
  sent: '验证码在路上了',
  waits: (address: string, until: string) => `验证码发到 ${address}，${until} 前有效。`,
  over: '这个验证码错了五次，用不了了。请再要一个。',
  code: '信里的六位数字',
  codeMissing: '写上六位数字',
  codeWrong: '不对，请再看一眼信里的六位数字。',
  confirm: '确认',
  confirmed: '好了，下一个工作日起写信给您',
  again: '没有收到，或者写错了邮箱',
  change: '换一个邮箱',
}

export const t = defineMessages(zh, () => import('./messages.en'))
