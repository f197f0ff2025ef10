import type { zh } from './messages'

export default {
  title: 'Worth a second look',
  text: 'Places in the record that are worth a second look. A signal is no verdict and ranks nobody: beside each stands what may be behind it that is quite in order. Look and ask first.',
  back: 'Back to the figures',
  days: 'Which days',
  spans: { '30': 'The last 30 days', '90': 'The last 90 days' },
  kind: {
    confirmed_fast: 'Confirmed soon after the claim',
    one_hand: 'One person took many words',
    same_picture: 'Different wishes, the same picture',
    only_fives: 'Nothing but fives',
    rush: 'A rush before a deadline',
    same_household: 'Many wishes of one household',
  },
  count: {
    confirmed_fast: (n: string) => `${n} min`,
    one_hand: (n: string) => `${n} words`,
    same_picture: (n: string) => `${n} pictures`,
    only_fives: (n: string) => `${n} ratings`,
    rush: (n: string) => `${n} wishes`,
    same_household: (n: string) => `${n} wishes`,
  },
  told: 'Told when',
  innocent: 'It may also be',
  none: 'Nothing in these days.',
  more: (n: string) => `and ${n} more`,
  unnamed: 'A wish that was deleted',
  incomplete: 'Too many to list all. Ask about fewer days, or further down the tree.',
} satisfies typeof zh
