import type { zh } from './messages'

export default {
  title: 'Staff time',
  text: 'How long this wish took, if you care to note it. It shows what a wish costs; nobody is ranked or judged by it.',
  kind: 'What it went into',
  kinds: { collecting: 'Visiting and writing down', review: 'Checking and reviewing', delivery: 'Finding help, going along', confirmation: 'Asking again' },
  minutes: 'Minutes',
  hint: 'All of it in one number; to put it right, note it again, and 0 removes it',
  wrong: 'Write a whole number from 0 to 960.',
  save: 'Note it',
  saved: 'Noted',
  total: (n) => `${n} minutes in all`,
  one: (kind, n, who) => `${kind}: ${n} minutes · ${who}`,
} satisfies typeof zh
