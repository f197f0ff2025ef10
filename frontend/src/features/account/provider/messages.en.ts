import type { zh } from './messages'

export default {
  with: (name) => `Sign in with ${name}`,
  coming: 'Signing in…',
  gaveUp: 'Not signed in: it was declined there, or broken off.',
  head: 'Sign-in provider',
  text: (name) => `Once linked, you may sign in with ${name} in place of the password here. Only you can link it.`,
  linked: (day) => `Linked ${day}`,
  link: (name) => `Link ${name}`,
  unlink: 'Unlink',
  password: 'Current password',
  passwordMissing: 'Write your current password',
  done: 'Linked; you may sign in with it from now on',
  gone: 'Unlinked; it opens nothing here any more',
} satisfies typeof zh
