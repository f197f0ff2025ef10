import type { zh } from './messages'

const months = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December']
const month = (n: string): string => months[Number(n) - 1] ?? n
const count = (n: string, one: string, many: string): string => `${n} ${n === '1' ? one : many}`

export default {
  wish: {
    draft: 'Draft',
    submitted: 'To be reviewed',
    open: 'Waiting',
    claimed: 'Claimed',
    delivered: 'Delivered, waiting for their word',
    fulfilled: 'Lit',
    declined: 'Not taken on',
    withdrawn: 'Withdrawn',
  },
  claim: {
    proposed: 'Waiting for your answer',
    active: 'Claimed',
    contacted: 'In touch',
    delivered: 'Delivered, waiting for their word',
    confirmed: 'Lit',
    declined: 'Declined',
    released: 'Given back',
    lapsed: 'Ran over its time',
    taken_back: 'Taken back',
  },
  level: { province: 'Province', city: 'City', county: 'County', township: 'Township', village: 'Village', unit: 'Unit' },
  amount: {
    item: (n) => count(n, 'item', 'items'),
    person: (n) => count(n, 'person', 'people'),
    hour: (n) => count(n, 'hour', 'hours'),
    visit: (n) => count(n, 'visit', 'visits'),
  },
  shares: {
    and: ', ',
    left: (n) => `${n} left`,
    described: (total, reserved, confirmed) => `${total} in all, ${reserved} claimed, ${confirmed} lit`,
  },
  age: (band) => `aged ${band.replace('-', '–')}`,
  wentUp: (level) => `Now with the ${level.toLowerCase()}`,
  money: (yuan) => `¥${yuan}`,
  about: (money) => `about ${money}`,
  day: (year, m, day) => `${day} ${month(m)}${year ? ` ${year}` : ''}`,
  dayAndWeekday: (day, weekday) => `${weekday} ${day}`,
  monthOnly: (m) => month(m).slice(0, 3),
  before: (day) => `by ${day}`,
} satisfies typeof zh
