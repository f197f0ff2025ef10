import { defineMessages } from '@/i18n'

export const zh = {
  say: { first: '夜里回家的人，', second: '都认得亮着的窗。' },
  signIn: '登录',
  username: '账号',
  password: '密码',
  missing: '账号和密码都要填',
  again: '再试一次',
  wrong: { head: '账号或密码不对。', rest: '看看大写锁定是不是开着。试错太多，要等一会儿。' },
  wait: (minutes: string) => `请过 ${minutes} 分钟再试。`,
  offline: '现在连不上',
  offlineText: '服务器没有回应。您填的都在，过一会儿再连一次。',
  retry: '再连一次',
  noAccount: '没有账号？想认领时由所在单位或社区开通。工作人员的账号由上级组织开。',
  toWall: '先去心愿墙看看',
  forgot: '忘了密码，请您单位或社区的管理员重设。',
  change: '改密码',
  current: '现在的密码',
  currentWrong: '这不是现在的密码',
  fresh: '新密码',
  freshHint: '至少 12 位，可以是一句只有您知道的话。',
  freshShort: '至少 12 位',
  repeat: '新密码再写一遍',
  different: '两遍不一样',
  save: '改好',
  saved: '密码改好了',
}

export const t = defineMessages(zh, () => import('./messages.en'))
