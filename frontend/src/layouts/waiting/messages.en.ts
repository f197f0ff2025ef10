import type { zh } from './messages'

export default {
  tasks: 'Waiting for you',
  waiting: (n) => `${n} wishes wait for you`,
} satisfies typeof zh
