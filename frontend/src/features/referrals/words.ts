import { day } from '@/domain/format'
import { t } from './messages'
import type { Referral } from './queries'

/** Who was asked, or nobody yet. */
export const addressee = (one: Referral): string | undefined => one.to_organisation?.name ?? one.office ?? undefined

/** What it is about, in a line. */
export const subject = (one: Referral): string => one.benefit ?? (one.need === '' ? t.value.erased : one.need)

/** By when the next thing is due. */
export const due = (one: Referral): string | undefined =>
  one.due_at && (one.status === 'noted' || one.status === 'sent') ? t.value.due[one.status](day(one.due_at)) : undefined

export const state = (one: Referral): string => (one.outcome ? t.value.outcome[one.outcome] : t.value.status[one.status])
