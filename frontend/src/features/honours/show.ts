import { day } from '@/domain/format'
import type { LampState } from '@/domain/lamp'
import type { Checked } from './queries'

/** What a certificate is worth, as the one sign of the product. */
export const lamp = (validity: Checked['validity']): LampState | 'danger' =>
  validity === 'valid' ? 'lit' : validity === 'reduced' ? 'open' : validity === 'void' ? 'closed' : 'danger'

/** With its year, also of this one: what is printed is read for years. */
export const fullDay = (value: string): string => day(value, new Date(0))
