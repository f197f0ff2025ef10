import type { zh } from './messages'

export default {
  title: 'Spot checks',
  drawn: (by) => `Drawn: somebody who had no part in it asks the resident again by ${by}.`,
  script: 'Call or visit. Say who you are, and that you are not the one who brought it. Then ask: did it arrive? Does it work? Did anybody ask you for money, or to pose for a picture?',
  ask: 'What the resident says',
  answers: { as_reported: 'As was reported', did_not_arrive: 'It did not arrive', does_not_work: 'It came, and does not work', not_reached: 'Not reached' },
  choose: 'Choose one.',
  submit: 'Record it',
  done: 'Recorded',
  trouble: 'The resident says that something is wrong: go on and reopen this wish.',
  answered: (who, day) => `${who} asked on ${day}`,
  dropped: (day) => `The wish was reopened on ${day}: nobody needs to ask`,
} satisfies typeof zh
