import type { zh } from './messages'

export default {
  head: 'Wait for a share',
  text: 'All shares are taken. When one is given back, it is offered to those who wait, in their order; you then say yes or no.',
  as: 'In whose name',
  howMany: 'How many shares',
  submit: 'I will wait',
  joined: (place) => `You are number ${place} on the waiting list`,
  place: (place) => `Number ${place}`,
  waits: (place) => `You are waiting, number ${place}`,
  leave: 'Wait no longer',
  left: 'You are off the waiting list',
  mine: 'Waiting',
} satisfies typeof zh
