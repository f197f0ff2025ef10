import type { zh } from './messages'

export default {
  ask: { urgent: 'Is it urgent?', feasible: 'Can we do it?', practical: 'Is it practical?' },
  askHint: { urgent: 'Would a month more do harm?', feasible: 'People, things and time are near', practical: 'How many, when and where are clear' },
  yes: 'Yes',
  no: 'No',
  of: (ask) => `: ${ask}`,
  circle: 'Who sees it first and may claim it',
  circleHint: 'If nobody claims it in time, it goes up a level by itself.',
  circleOf: (name) => `${name} and below`,
  note: 'To whoever noted it (optional when you publish)',
  noteHint: 'Returning: what to change. Not taking it on: a reason that the resident can be told.',
  noteMissing: 'To return it or not take it on, please write a sentence.',
  unanswered: 'Answer all three before it goes on the wall.',
  notPassed: 'It goes on the wall when all three are yes. If one is not, return it to be changed, or do not take it on.',
  publish: 'Publish on the wall',
  back: 'Return to be changed',
  decline: 'Do not take it on',
  said: { publish: 'It is on the wall', return: 'Returned; whoever noted it sees your words', decline: 'Noted; please tell the resident the reason' },
  ownWish: 'You noted this one yourself; someone else reviews it.',
  notNow: 'This one needs no review from you now.',
  seeAll: 'See this wish',
} satisfies typeof zh
