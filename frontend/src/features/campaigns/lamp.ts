import type { LampState } from '@/domain/lamp'
import type { Campaign } from './queries'

/** The light a campaign stands in. */
export const lamp = (status: Campaign['status']): LampState => ({ draft: 'claimed', open: 'open', closed: 'lit', cancelled: 'closed' } as const)[status]
