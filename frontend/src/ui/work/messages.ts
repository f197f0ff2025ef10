import { defineMessages } from '@/i18n'

export const zh = {
  publicText: '公开说明：',
  minor: '未成年人',
  redList: '兜底红名单，必须给答复',
  facts: {
    resident: '心愿人',
    what: '要什么',
    claimed: '已认领',
    of: (part: string, all: string) => `${part} / ${all}`,
    cost: '大约',
    neededBy: '希望',
    before: (day: string) => `${day}前`,
    details: '细节（不公开）',
    heard: '哪里听到',
    collected: '谁记的',
    holder: '现在谁负责',
    audience: '谁能认领',
    within: (name: string) => `${name}及以下`,
    saidBy: (who: string) => `${who}说的`,
  },
  reveal: {
    open: '查看姓名电话',
    title: '为什么要看',
    text: '看一次记一次：谁、什么时候、为什么。',
    purpose: '用来做什么',
    purposes: {
      call: '打电话回访',
      visit: '上门走访',
      check: '核对情况',
    },
    other: '别的（写一句）',
    otherLabel: '写一句',
    submit: '查看，并记下',
    missing: '请选一个，或写一句',
    name: '姓名',
    phone: '电话',
    address: '住址',
    idNumber: '证件号',
    hide: '收起来',
    kept: '这次查看已记下。离开这一页就收起。',
  },
  say: { keep: '再想想', missing: '请写一句' },
  keys: {
    all: '全部快捷键',
    title: '快捷键',
    on: '用单个按键办事',
    hint: '打字时、开着对话框时都不起作用。',
  },
  review: {
    published: '审核通过',
    returned: '审核退回，要改',
    declined: '审核未通过',
    by: (name: string, day: string) => `${name} · ${day}`,
  },
}

export const t = defineMessages(zh, () => import('./messages.en'))
