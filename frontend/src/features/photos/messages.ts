import { defineMessages } from '@/i18n'

export const zh = {
  add: '加照片',
  addMore: '再加几张',
  label: '照片（可不加）',
  hint: '拍东西、拍做好的活，不拍人、门牌和证件。地点等信息会自动去掉。',
  preparing: '正在缩小…',
  sending: '正在上传…',
  failed: '没传上。',
  again: '再传一次',
  drop: '不要这张',
  removed: '删掉了',
  remove: (n: string) => `删去第 ${n} 张`,
  photo: (n: string) => `照片 ${n}`,
  open: (n: string) => `放大看第 ${n} 张`,
  loading: '正在取照片',
  notLoaded: '照片没取到',
  retry: '再取一次',
  show: (n: string) => `看照片（${n} 张）`,
  recorded: '看过会记一笔，本人可以查。',
  head: '照片',
  ofWish: '心愿的照片',
  ofDelivery: '送达的照片',
  many: '最多 12 张，多出来的没有加。',
  refused: {
    consent_missing: '本人没有同意拍照。这次不用照片，写几句就好。',
    not_a_photo: '这不是照片，请选 JPEG、PNG 或 WebP。',
    too_large: '照片太大，请换一张小一点的。',
  },
}

export const t = defineMessages(zh, () => import('./messages.en'))
