import type { zh } from './workTitles'

export default {
  today: 'Today',
  collect: 'Note a wish',
  work: 'Wish',
  edit: 'Edit the draft',
  residents: 'Residents',
  resident: 'A resident',
  approvals: 'Requests to see a child',
  copy: 'Copy for the resident',
  audit: 'Audit trail',
  pack: 'Yearly audit',
  retention: 'Retention',
  organisations: 'Organisations',
  account: 'My account',
  password: 'Change password',
  secondFactor: 'Second factor',
} satisfies typeof zh
