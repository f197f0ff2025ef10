/** The kinds of work that wait for somebody; each has an address below /console. */
export const QUEUES = ['review', 'escalations', 'dispatch', 'overdue', 'confirm', 'red', 'drafts', 'search'] as const
export type Queue = (typeof QUEUES)[number]
