import { number } from '@/domain/format'
import { t } from './messages'
import type { Belongings } from './queries'

/** How much hangs on a record, in one line. */
export const has = ({ wishes, consents, pairings, referrals }: Belongings): string => t.value.has(number(wishes), number(consents), number(pairings), number(referrals))
