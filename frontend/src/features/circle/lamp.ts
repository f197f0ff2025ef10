import type { LampState } from '@/domain/lamp'
import type { Status } from './queries'

export const lamp = (status: Status): LampState => ({ waiting: 'open', approved: 'lit', declined: 'closed' })[status] as LampState
