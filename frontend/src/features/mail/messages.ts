import { defineMessages } from '@/i18n'

export const zh = {
  head: '没有发出去的邮件',
  text: '邮件提醒和验证码。邮箱不存在的，请告诉本人在“我的账号”里改；服务器的问题解决后，可以再试一次。留三十天。',
  caption: '没有发出去的邮件，新的在前',
  what: '什么信',
  to: '给谁',
  when: '搁置',
  why: '为什么没发出去',
  answer: (code: string) => `邮件服务器答 ${code}`,
  tries: (n: string) => `试了 ${n} 次`,
  retry: '再试一次',
  again: '放回去了，几秒后再试',
  more: '再看 20 条',
  seen: (n: string) => `已看 ${n} 条`,
  kind: { code: '邮箱验证码', digest: '每日提醒', emergency_call: '应急响应' },
  failure: {
    not_reached: '连不上邮件服务器',
    timed_out: '邮件服务器没有及时回应',
    deferred: '邮件服务器要求晚些再发',
    refused: '邮件服务器拒收，多半是邮箱不对',
    sign_in: '邮件服务器不认系统的账号',
    setup: '发信设置有问题',
    internal: '程序出错',
    too_late: '没有赶上时候',
  },
}

export const t = defineMessages(zh, () => import('./messages.en'))
