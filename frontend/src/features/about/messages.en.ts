import type { zh } from './messages'

export default {
  head: 'How it works',
  lede: 'One small thing, from being said to their yes, with every step in view.',
  privacy: {
    head: 'How personal data is used',
    points: {
      p1: 'The wall shows no names, no house numbers, no faces, and no place finer than a township.',
      p2: 'Names, telephone numbers and addresses are stored encrypted. Only staff who answer for the wish can see them, and each look is recorded, with its reason.',
      p3: 'Publishing, pictures, and passing contact details to a claimant each need their own consent; a guardian gives it for a minor. It can be taken back at any time.',
      p4: 'Claimants see the telephone and address they need for the delivery only while they hold the claim.',
      p5: 'When someone asks to be erased, their data is destroyed with its key; only figures without people remain.',
    },
  },
  figures: {
    head: 'What the figures mean',
    points: {
      p1: 'Waiting: on the wall, with at least one share that nobody has claimed.',
      p2: 'On their way: every share is taken; being arranged, brought, or waiting for their word.',
      p3: 'Lit: the resident has confirmed as much as was asked for, not one share less.',
      p4: 'People reached: each person counts once.',
      p5: 'Each window of the valley is one recent wish, and those that shine are lit. None is drawn for show.',
      p6: 'Honours: only what others confirmed. A code that one typed in oneself lights the wish, and is not honoured. A wish day is a day on which something arrived, as others confirmed later.',
    },
  },
  accessibility: {
    head: 'Accessibility',
    points: {
      p1: 'Built to WCAG 2.2 AA: the keyboard reaches everything, screen readers name everything, and colour never speaks alone.',
      p2: 'Large text enlarges words and buttons and uses one column; this device remembers it. There are dark and high-contrast modes too.',
      p3: 'No countdowns and nothing that moves by itself; where the system asks for no motion, there is none.',
      p4: 'No smartphone needed: tell a grid worker or call the community. A paper wish card does the same.',
    },
  },
  notFound: 'No such page',
  notFoundText: 'The address may be mistyped, or the page has moved.',
  notAllowed: 'Not for you to see',
  notAllowedText: 'This page belongs to another role. To see it, ask the administrator of your unit or community.',
  toWall: 'To the wish wall',
} satisfies typeof zh
