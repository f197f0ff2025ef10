import type { zh } from './messages'

export default {
  close: 'Close',
  less: 'Less',
  more: 'More',
  loading: 'Loading',
  couldNotLoad: 'Could not load',
  networkDropped: 'The network dropped; it is not your fault.',
  trace: (id) => `Trace ${id}`,
  signIn: 'Sign in (new tab)',
  retry: 'Try again',
  valley: (n, lit) => `A valley at night. Its ${n} windows are the latest ${n} wishes; ${lit} are lit. Arrow keys move between them.`,
  ladder: 'The level this wish has reached',
  here: 'It is here now',
  litHere: 'Lit here',
  endedHere: 'It ended here',
  notYet: 'not yet',
  notNeeded: 'not needed',
  until: (day) => `until ${day}`,
  after: (day) => `after ${day}`,
} satisfies typeof zh
