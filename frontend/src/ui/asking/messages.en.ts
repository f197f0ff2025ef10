import type { zh } from './messages'

export default {
  head: 'To see this child’s data',
  text: 'Under 14: the child-data officer approves first. You may look within a day after that.',
  purpose: 'What is it for',
  reason: 'Why just now',
  hint: 'For the officer. Say what is to be done, not the child’s name or telephone.',
  missing: 'Say why, in a sentence',
  submit: 'Ask',
  again: 'Ask again',
  pending: (day) => `Asked on ${day}; the officer’s answer is due.`,
  live: (until) => `Approved: you may look until ${until}.`,
  over: (until) => `Approved until ${until}; that is over.`,
  declined: (why) => `The officer declined: ${why}`,
  sent: 'Asked',
} satisfies typeof zh
