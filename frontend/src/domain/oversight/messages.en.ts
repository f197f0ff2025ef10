import type { zh } from './messages'

export default {
  class: {
    declined_wish: 'Words of wishes declined at review',
    ended_wish: 'Words of wishes fulfilled or withdrawn',
    resident: 'All data of people with no wish under way',
    photo: 'Photos of deliveries',
    application: 'Applications, from the answer (or from when they came)',
    sign_in: 'Who was signed in',
    access_log: 'Who looked at whom',
  },
  band: { under_14: 'under 14', from_14_to_17: '14 to 17' },
  scope: { full: 'Everything', delivery: 'Name, telephone, address (for a delivery)', photo: 'A photo', copy: 'Everything, printed for the resident', export: 'Name, telephone, address (in a list taken out)' },
  consent: {
    collect: 'Noting it and looking for help',
    publish: 'Publishing the words of the wish',
    share_with_claimant: 'Telling the claimant telephone and address',
    photo: 'Taking photographs',
    share_with_platform: 'Passing it to a platform',
  },
  erasure: {
    requested: 'The resident asked',
    requested_by_guardian: 'The guardian asked',
    consent_withdrawn: 'The consent was taken back',
    no_longer_needed: 'No longer needed',
    entered_in_error: 'Entered by mistake',
  },
  days: (n) => `${n} days`,
  atLeast: (n) => `at least ${n} days`,
} satisfies typeof zh
