import type { zh } from './messages'

export default {
  head: 'Would it tell whose wish it is?',
  title: 'In one line',
  summary: 'Public text',
  shares: 'Its parts',
  nothing: 'No name, telephone or address was seen. Please read it yourself, too.',
  left: (n) => `${n} to resolve: send it back to be rewritten, or say why it does no harm.`,
  none: 'Nothing is left that must be resolved.',
  choose: (text) => `What to do about “${text}”`,
  rewrite: 'To be rewritten',
  reason: { not_personal: 'No harm: not personal', public_body: 'No harm: a public body or place', asked_for: 'No harm: they asked for it' },
  advice: 'A hint, nothing more',
  kind: {
    resident_name: 'name of the resident or guardian',
    person_name: 'name',
    phone_number: 'telephone',
    account: 'account',
    email: 'e-mail',
    identity_number: 'identity number',
    bank_card: 'bank card',
    licence_plate: 'number plate',
    address: 'address',
    school: 'school',
    label: 'a word that labels',
  },
} satisfies typeof zh
