import type { LampState } from '@/domain/lamp'
import type { Standing } from './queries'

/** The light a household stands in: empty until somebody took it on. */
export const lamp = (standing: Standing): LampState =>
  (({ nobody: 'open', asked: 'open', partly: 'claimed', claimed: 'claimed', delivered: 'delivered', served: 'lit', ended: 'closed' }) as const)[standing]
