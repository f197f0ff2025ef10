import type { zh } from './messages'

export default {
  from: (name) => `Sent up by ${name}`,
  byTime: 'Nobody was found in time, so it came up a level by itself.',
  accept: (name) => `Take it over for ${name}`,
  giveBack: 'Send back with an instruction',
  accepted: 'Taken over. Your level answers for it now, and a wider circle sees it.',
  returned: 'Sent back, with what to do.',
  answered: 'This one has been answered.',
  seeAll: 'History and claims',
  returnTitle: 'Send it back',
  returnText: (name) => `It goes back to ${name} with its time anew. Say clearly what to do and whom to ask.`,
  instruction: 'What to do',
  instructionHint: 'For example: ask the disabled federation first, they have wheelchairs; answer within three days',
  returnSubmit: 'Send back',
  sendTitle: 'Send it up a level',
  sendText: 'Once the level above takes it, they answer for it and a wider circle may claim it. You still see it, and the answer comes back to you.',
  reason: 'Why you cannot meet it',
  reasonHint: 'For example: two shares are left and every unit here has claimed this year',
  sendSubmit: 'Send up',
  sent: 'Sent up; the level above will answer.',
} satisfies typeof zh
