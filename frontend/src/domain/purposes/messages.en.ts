import type { zh } from './messages'

export default {
  visit: 'A visit, to see how things are',
  contact: 'A telephone call',
  deliver: 'Delivery',
  follow_up: 'A call back afterwards',
  review: 'Review',
  correct: 'Correcting what is noted',
  refer: 'Referral to others who can help',
  access: 'The resident or guardian asks to see it',
  emergency: 'An emergency',
  inspect: 'Inspection',
} satisfies typeof zh
