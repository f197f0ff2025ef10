import type { zh } from './messages'

export default {
  open: 'Pause the clock',
  title: 'Pause the clock',
  text: 'When somebody is in hospital or away, the clock may stand for some days. The times of the wish and of its claims move on; it goes on by itself.',
  reason: 'Why',
  reasonHint: 'Such as: in hospital for two weeks. Only staff see this.',
  until: 'Until which day, that one included',
  untilHint: 'A wish is paused for 60 working days in all',
  missingReason: 'Say why.',
  missingUntil: 'Choose a day after today.',
  submit: 'Pause',
  keep: 'Leave it',
  done: 'Paused; the times have moved',
  paused: (day) => `The clock stands until ${day}.`,
  pausedText: 'After that day it goes on by itself.',
  resume: 'Go on now',
  resumed: 'It goes on; the days not used were taken back',
  list: 'Pauses',
  days: (n) => `${n} working days`,
  to: (from, until) => `${from} to ${until}`,
  early: (name, day) => `${name} went on early on ${day}`,
} satisfies typeof zh
