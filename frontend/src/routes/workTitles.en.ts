import type { zh } from './workTitles'

export default {
  desk: 'Desk',
  today: 'Today',
  tasks: 'Waiting for you',
  collect: 'Note a wish',
  work: 'Wish',
  edit: 'Edit the draft',
  residents: 'Residents',
  resident: 'A resident',
  pairings: 'Pairings and visits',
  approvals: 'Requests to see a child',
  copy: 'Copy for the resident',
  audit: 'Audit trail',
  pack: 'Yearly audit',
  retention: 'Retention',
  jobs: 'Jobs laid aside',
  organisations: 'Organisations',
  calendar: 'Working days',
  account: 'My account',
  password: 'Change password',
  secondFactor: 'Second factor',
} satisfies typeof zh
