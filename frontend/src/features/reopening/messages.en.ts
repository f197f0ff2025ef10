import type { zh } from './messages'

export default {
  open: 'Not arrived or not working: reopen',
  title: 'Reopen this wish',
  text: 'When the resident says that it did not arrive or does not work, the lamp goes out again and the work goes on. Their rating is taken back too, and asked anew afterwards.',
  which: 'Who brought this share',
  trouble: 'What the resident says',
  troubles: { did_not_arrive: 'It did not arrive', does_not_work: 'It came, and does not work', other: 'Something else' },
  note: 'A little more',
  noteHint: 'For example: no sound when plugged in. The claimant sees it too.',
  share: 'What becomes of this share',
  keep: 'They make it good',
  takeBack: 'Take it back, find somebody else',
  missing: 'Write a line, so that whoever goes on understands.',
  choose: 'Choose one.',
  submit: 'Reopen',
  leave: 'Not now',
  done: 'Reopened; the work goes on',
  none: 'No share is confirmed.',
  shareOf: (who, amount) => `${who} · ${amount}`,
} satisfies typeof zh
