import type { zh } from './messages'

export default {
  head: 'Letters that were not sent',
  text: 'Notices and codes. Where an address does not exist, ask the person to mend it under their account; once the mail server is mended, try again. Kept for thirty days.',
  caption: 'Letters that were not sent, newest first',
  what: 'What',
  to: 'To whom',
  when: 'Laid aside',
  why: 'Why it was not sent',
  answer: (code) => `the mail server answered ${code}`,
  tries: (n) => `Tried ${n} times`,
  retry: 'Try again',
  again: 'Put back; it is tried within seconds',
  more: 'Show 20 more',
  seen: (n) => `${n} shown`,
  kind: { code: 'Code for an address', digest: 'Notice of the day', emergency_call: 'Emergency call' },
  failure: {
    not_reached: 'The mail server cannot be reached',
    timed_out: 'The mail server did not answer in time',
    deferred: 'The mail server wants it later',
    refused: 'The mail server refuses it; most likely the address is wrong',
    sign_in: 'The mail server does not know our account',
    setup: 'How letters are sent is set up wrongly',
    internal: 'A fault of ours',
    too_late: 'Its time was over',
  },
} satisfies typeof zh
