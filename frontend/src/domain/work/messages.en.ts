import type { zh } from './messages'

export default {
  escalation: { pending: 'Waiting for an answer', accepted: 'Taken over', resolved: 'Resolved', returned: 'Sent back', superseded: 'Went one level further', rerouted: 'Handed to another office' },
  role: {
    collector: 'Collector',
    reviewer: 'Reviewer',
    coordinator: 'Coordinator',
    admin: 'Administrator',
    auditor: 'Auditor',
    child_officer: 'Child-data officer',
    manager: 'Unit manager',
  },
  channel: {
    home_visit: 'Home visit',
    meeting: 'Neighbourhood meeting',
    service_hall: 'Service hall',
    petition: 'Petition',
    hotline: 'Hotline',
    online: 'Online',
    partner: 'Partner',
    drive: 'Collection drive',
  },
  toldBy: { self: 'The resident', relative: 'A relative', neighbour: 'A neighbour', staff: 'Staff', other: 'Someone else' },
  confirm: { code: 'Code', call: 'Call back', witness: 'Witness' },
  claimant: { person: 'Person', unit: 'Unit' },
  proposed: 'Waiting for their answer',
} satisfies typeof zh
