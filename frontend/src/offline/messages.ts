import { defineMessages } from '@/i18n'

/** What the frame of the workers' pages says of the outbox and of a new version. */
export const zh = {
  toSend: (n: string) => `${n} 条等着送`,
  fresh: '有新版本。',
  take: '换成新的',
  freshLater: '写完、送完以后再换。',
  leaveTitle: (n: string) => `还有 ${n} 条没有发送`,
  text: '退出登录，这台设备里的都会删掉，找不回来。',
  send: '现在发送，再退出',
  stay: '先不退出',
  discard: (n: string) => `丢掉这 ${n} 条，退出`,
  stillThere: '没有送成：现在连不上，或要先登录。',
  stillFix: '有的要先改好才能送。',
}

export const t = defineMessages(zh, () => import('./messages.en'))
