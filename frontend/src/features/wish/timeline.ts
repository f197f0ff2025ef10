import { day, dayAndWeekday } from '@/domain/format'
import type { Wish, WishEvent } from '@/domain/types'
import type { IconName } from '@/ui/icons'
import type { TimelineEntry } from '@/ui/timeline'
import { t } from './messages'

const icons: Partial<Record<WishEvent['kind'], IconName>> = {
  wish_created: 'edit',
  wish_published: 'check',
  wish_claimed: 'hand',
  wish_dispatched: 'send',
  claim_accepted: 'hand',
  claim_contacted: 'phone',
  claim_delivered: 'box',
  claim_confirmed: 'check',
  delivery_details_revealed: 'eye',
  card_issued: 'card',
}
const up: readonly WishEvent['kind'][] = ['wish_escalated', 'escalation_accepted', 'escalation_superseded', 'wish_red_listed']

/** What has happened, where it stands, and what is still to come; so that nobody wonders whether it was forgotten. */
export function entries(wish: Wish, events: readonly WishEvent[]): TimelineEntry[] {
  return [...events.map(happened), ...stands(wish)]
}

function happened(event: WishEvent): TimelineEntry {
  const titles: Partial<Record<string, string>> = t.value.event
  const climbed = up.includes(event.kind)
  return {
    key: event.id,
    kind: event.kind === 'claim_confirmed' ? 'lit' : climbed ? 'up' : 'past',
    icon: icons[event.kind] ?? (climbed ? 'up' : 'flag'),
    title: titles[event.kind] ?? t.value.other,
    text: told(event),
    when: dayAndWeekday(event.at),
    at: event.at,
  }
}

function told(event: WishEvent): string {
  const who = event.claimant ?? event.organisation?.name ?? ''
  const reason = event.data['reason']
  const said = event.kind === 'wish_published' ? t.value.checks : typeof reason === 'string' ? `“${reason}”` : ''
  return [who, said].filter(Boolean).join(' · ')
}

function stands(wish: Wish): TimelineEntry[] {
  const { now } = t.value
  const here = (title: string, text: string): TimelineEntry => ({ key: 'now', kind: 'now', icon: 'clock', title, text, when: t.value.today })
  const next: TimelineEntry = { key: 'next', kind: 'next', title: t.value.next, text: t.value.nextText, when: '' }
  if (wish.status === 'open') return [here(now.open, wish.open_until ? now.openUntil(day(wish.open_until)) : ''), next]
  if (wish.status === 'claimed') return [here(now.claimed, now.claimedText), next]
  if (wish.status === 'delivered') return [here(now.delivered, t.value.nextText)]
  return []
}
