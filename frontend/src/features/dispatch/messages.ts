import { defineMessages } from '@/i18n'

export const zh = {
  nobodyYet: '还没有问过谁。',
  who: '请谁来办',
  search: '找认领方',
  searchHint: '名字、会什么，例如：理发',
  none: '这一圈里还没有认领方。可以上报，让更大的一圈看见。',
  noneFound: '没找到。换个词，或上报，到更大的一圈里找。',
  moreFound: '先列出 20 个，写具体些再找。',
  escalate: '上报',
  load: (open: string, capacity: string) => `手上 ${open} 件，最多 ${capacity} 件`,
  hasShare: '已经有一份',
  quantity: '派几份',
  money: '派多少（元）',
  whichShares: '派哪几项',
  noShare: '至少选一项还没有人的',
  upTo: (left: string) => `还差 ${left}`,
  note: '带一句话（可不填）',
  noteHint: '例如：下午在家，请先打电话',
  send: '派给他们',
  sendTo: (name: string) => `派给${name}`,
  afterwards: '对方答应了才算数，不答应就回到这里。',
  sent: (name: string) => `派给${name}了，等对方答复`,
  nobody: '请先挑一个认领方。',
  noQuantity: '写一个大于 0 的数。',
  tooMuch: '没有这么多份了。',
  allTaken: '每一份都有人了，等对方答复或办好。',
  notNow: '这一件现在不用派单。',
  next: '下一件',
  seeAll: '看这个心愿',
}

export const t = defineMessages(zh, () => import('./messages.en'))
