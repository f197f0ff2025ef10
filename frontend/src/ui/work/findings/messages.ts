import { defineMessages } from '@/i18n'

export const zh = {
  head: '会不会让人认出来',
  title: '一句话',
  summary: '公开说明',
  shares: '分项',
  nothing: '没有看到姓名、电话、住址一类的字。请您也读一遍。',
  left: (n: string) => `还有 ${n} 处要处理：退回去改写，或写明为什么不要紧。`,
  none: '没有一定要处理的了。',
  choose: (text: string) => `“${text}”怎么处理`,
  rewrite: '要改写',
  reason: { not_personal: '不要紧：不是个人信息', public_body: '不要紧：公开的机构、地名', asked_for: '不要紧：本人要这样写' },
  advice: '提醒，不拦着',
  kind: {
    resident_name: '心愿人或监护人的姓名',
    person_name: '姓名',
    phone_number: '电话',
    account: '微信、QQ 等账号',
    email: '邮箱',
    identity_number: '证件号',
    bank_card: '银行卡号',
    licence_plate: '车牌',
    address: '住址',
    school: '学校',
    label: '贴标签的词',
  },
}

export const t = defineMessages(zh, () => import('./messages.en'))
