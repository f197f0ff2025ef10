import type { zh } from './messages'

export default {
  title: 'Retention',
  text: 'What is no longer needed goes by itself each night. What went cannot be opened again, not in a backup either; figures and history stay.',
  due: 'Over its time, and still there',
  dueText: (place, at) => `${place}, counted on ${at}. Counting changes nothing.`,
  what: 'What',
  kept: 'Kept for',
  basis: 'By which law',
  count: 'Over its time',
  auto: 'by itself',
  never: 'not removed',
  runs: 'The last runs',
  none: 'Nothing was cleaned up yet. The first run is tonight.',
  when: 'When',
  how: 'How',
  nightly: (day) => `in the night of ${day}`,
  byHand: 'by hand',
  removed: 'Removed',
  nothing: 'Nothing was over its time',
  more: '20 more',
  seen: (n) => `${n} shown`,
} satisfies typeof zh
