import { dayAndTime } from '@/domain/format'
import type { WishEvent } from '@/domain/types'
import { eventWord } from '@/domain/work/events'
import type { IconName } from '@/ui/icons'
import type { TimelineEntry } from '@/ui/timeline'
import { t } from './messages'

const icons: Partial<Record<string, IconName>> = {
  wish_created: 'edit',
  wish_updated: 'edit',
  wish_submitted: 'send',
  wish_published: 'check',
  wish_claimed: 'hand',
  wish_dispatched: 'send',
  claim_accepted: 'hand',
  claim_reminded: 'clock',
  claim_contacted: 'phone',
  claim_delivered: 'box',
  claim_confirmed: 'check',
  card_issued: 'card',
  attachment_added: 'plus',
  attachment_removed: 'minus',
  attachment_viewed: 'eye',
  delivery_details_revealed: 'eye',
  beneficiary_revealed: 'eye',
}
const up: readonly string[] = ['wish_escalated', 'escalation_accepted', 'escalation_superseded', 'wish_red_listed']

/** A claim lapses because nobody answered, called or brought it in time: what it last did says which. */
function lapsed(event: WishEvent, events: readonly WishEvent[]): string | undefined {
  const why: Partial<Record<string, string>> = t.value.lapsed
  const before = events.filter((one) => one.number < event.number && one.data['claim_id'] === event.data['claim_id'] && one.kind in why)
  return why[before.at(-1)?.kind ?? '']
}

/** What happened, and who did it: for those who answer for the wish. What time did by itself says so. */
export function happened(event: WishEvent, _at = 0, events: readonly WishEvent[] = []): TimelineEntry {
  const climbed = up.includes(event.kind)
  return {
    key: event.id,
    kind: event.kind === 'claim_confirmed' ? 'lit' : climbed ? 'up' : 'past',
    icon: icons[event.kind] ?? (climbed ? 'up' : 'flag'),
    title: (event.kind === 'claim_lapsed' && lapsed(event, events)) || eventWord(event.kind),
    text: told(event),
    when: dayAndTime(event.at),
    at: event.at,
  }
}

const said = (value: unknown): string => (typeof value === 'string' && value !== '' ? `“${value}”` : '')

function told(event: WishEvent): string {
  const who = event.actor?.display_name ?? t.value.byTime
  const words = ['reason', 'note', 'instruction', 'outcome', 'purpose'].map((key) => said(event.data[key]))
  return [who, event.organisation?.name, event.claimant, ...words].filter(Boolean).join(' · ')
}
