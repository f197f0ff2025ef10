import { defineMessages } from '@/i18n'

export const zh = {
  open: '暂停计时',
  title: '暂停计时',
  text: '人住院了、外出了，一时办不成，就暂停几天。心愿和已认领的期限一起往后推，到日子自己接着算，不用再来点。',
  reason: '为什么要停',
  reasonHint: '例如：住院，医生说两周；只有工作人员看得到',
  until: '停到哪一天（含这一天）',
  untilHint: '一条心愿总共最多停 60 个工作日',
  missingReason: '请写明为什么。',
  missingUntil: '请选今天以后的一天。',
  submit: '暂停',
  keep: '不停了',
  done: '暂停了，期限往后推了',
  paused: (day: string) => `计时停到 ${day}。`,
  pausedText: '过了这一天自己接着算。',
  resume: '现在接着算',
  resumed: '接着算了，没用完的天数收回来了',
  list: '停过几次',
  days: (n: string) => `${n} 个工作日`,
  to: (from: string, until: string) => `${from}至 ${until}`,
  early: (name: string, day: string) => `${name} ${day}提前接着算`,
}

export const t = defineMessages(zh, () => import('./messages.en'))
