import type { zh } from './messages'

export default {
  today: 'Today',
  tomorrow: 'Tomorrow',
  late: (day) => `Past ${day}`,
  dueToday: 'Due today',
  dueTomorrow: 'Due tomorrow',
  dueBy: (day) => `Due by ${day}`,
  dueLate: (day) => `Was due on ${day}`,
} satisfies typeof zh
