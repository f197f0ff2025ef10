import type { zh } from './messages'

export default {
  toSend: (n) => `To be sent: ${n}`,
  fresh: 'There is a new version.',
  take: 'Use it',
  freshLater: 'It can be taken once what you write is saved and sent.',
  leaveTitle: (n) => `Not sent yet: ${n}`,
  text: 'Signing out deletes them from this device for good.',
  send: 'Send now, then sign out',
  stay: 'Stay signed in',
  discard: (n) => `Discard ${n} and sign out`,
  stillThere: 'Not sent: there is no connection, or you must sign in first.',
  stillFix: 'Some must be put right before they can be sent.',
} satisfies typeof zh
