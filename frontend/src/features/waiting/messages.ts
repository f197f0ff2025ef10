import { defineMessages } from '@/i18n'

export const zh = {
  head: '候补一份',
  text: '都有人认领了。有人还回来时，按先来后到请您接；到时回一句接或不接。',
  as: '以谁的名义',
  howMany: '想要几份',
  submit: '我来候补',
  joined: (place: string) => `候补上了，第 ${place} 位`,
  place: (place: string) => `第 ${place} 位`,
  waits: (place: string) => `您在候补，第 ${place} 位`,
  leave: '不候补了',
  left: '已经取消候补',
  mine: '候补中',
}

export const t = defineMessages(zh, () => import('./messages.en'))
