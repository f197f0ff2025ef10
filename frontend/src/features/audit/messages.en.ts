import type { zh } from './messages'

export default {
  title: 'Audit trail',
  text: 'Who did what and when, and who looked at whose data. Each entry is locked to the one before: a changed or a missing one shows. No names or telephones of residents are in here.',
  filter: 'Filter',
  kind: 'Of which kind',
  everything: 'Everything',
  from: 'From',
  until: 'Until',
  none: 'Nothing of this kind',
  noneText: 'Try another kind, or other days.',
  number: 'No.',
  when: 'When',
  what: 'What',
  who: 'Who',
  why: 'What for',
  byTime: 'By itself, when it was due',
  more: '50 more',
  seen: (n) => `${n} shown`,
  heads: {
    title: 'The seal of each day',
    text: 'Write down the last line of a day and keep it elsewhere. If it still agrees later, nobody touched what was recorded up to that day.',
    day: 'Day',
    length: 'Entries',
    hash: 'Seal',
    none: 'Nothing was sealed yet.',
  },
} satisfies typeof zh
