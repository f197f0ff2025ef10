import type { zh } from './messages'

export default {
  title: 'Jobs laid aside',
  text: 'What should happen by itself at its time (a share goes back, a wish goes up) and failed eight times waits here for somebody to look. Once the cause is mended, try again.',
  none: 'Nothing is laid aside. What was due is done.',
  caption: 'Jobs laid aside, newest first',
  what: 'What',
  wish: 'Which wish',
  open: 'Open the wish',
  due: 'Due',
  why: 'Why it failed',
  tries: (n) => `Tried ${n} times`,
  retry: 'Try again',
  again: 'Put back; it is tried within seconds',
  more: 'Show 20 more',
  seen: (n) => `${n} shown`,
  kind: {
    claim_due: 'A claim ran over its time: the share goes back',
    escalation_due: 'An escalation was not answered: it goes further up',
    wish_due: 'A wish ran over its time: it goes up',
    claim_reminder: 'A claim is nearly due: its claimant is reminded once',
  },
} satisfies typeof zh
