import type { zh } from './messages'

export default {
  product: 'Wishlight',
  title: {
    wall: 'Wish wall',
    wish: 'A wish',
    claimed: 'The flame is with you',
    mine: 'My claims',
    login: 'Sign in',
    about: 'How it works',
    notFound: 'No such page',
    notAllowed: 'Not for you to see',
  },
} satisfies typeof zh
