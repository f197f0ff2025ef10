import type { zh } from './messages'

export default {
  head: 'How a lamp is lit',
  step: {
    closed: { head: 'It is said', text: 'To a grid worker, by telephone, at a neighbourhood meeting: it counts.' },
    open: { head: 'It goes on the wall', text: 'Is it urgent, can we do it, is it practical? Then it is published.' },
    claimed: { head: 'Someone takes it', text: 'They call first, then agree a time. If time runs out, it goes to the next person.' },
    lit: { head: 'They say yes', text: 'The thing has come, and the one who wished for it says so. Only then is it lit.' },
  },
  campaigns: 'Wishes that are lit together, on a date: ',
  toCampaigns: 'see the campaigns',
  posts: 'Where hands are needed: ',
  toPosts: 'see the posts',
  join: 'To help for long: ',
  toJoin: 'join a circle',
  ask: 'You or a neighbour have a small wish? ',
  call: 'Call',
  orTell: ', or tell the grid worker of your block. No smartphone needed.',
  tell: 'Tell the grid worker of your block. No smartphone needed.',
} satisfies typeof zh
