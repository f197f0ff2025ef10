import { defineMessages } from '@/i18n'

export const zh = {
  with: (name: string) => `用${name}登录`,
  coming: '正在登录……',
  gaveUp: '没有登录：那边没有同意，或中途退出了。',
  head: '统一登录',
  text: (name: string) => `关联以后，可以用${name}登录，不用再输这里的密码。只有您自己能关联。`,
  linked: (day: string) => `${day} 关联`,
  link: (name: string) => `关联${name}`,
  unlink: '取消关联',
  password: '现在的密码',
  passwordMissing: '写上现在的密码',
  done: '关联好了，下次可以用它登录',
  gone: '取消了，以后不能用它登录',
}

export const t = defineMessages(zh, () => import('./messages.en'))
