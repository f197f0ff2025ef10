import type { LocationQuery } from 'vue-router'
import type { Personal, Plain, Subject } from './queries'

/** What a person narrows a list down with; empty is no word. */
export interface Asked {
  at: string
  subject: Subject
  status: string
  from: string
  to: string
  q: string
  overdue: boolean
  purpose: string
}

export const personal = (subject: Subject): boolean => subject === 'residents' || subject === 'wishes_with_residents'
const subjects: readonly Subject[] = ['wishes', 'claims', 'residents', 'wishes_with_residents']

const word = (query: LocationQuery, name: string): string => (typeof query[name] === 'string' ? query[name] : '')

/** As the list that somebody comes from was narrowed down. */
export function askedOf(query: LocationQuery, at: string): Asked {
  const subject = subjects.find((one) => one === query['subject']) ?? 'wishes'
  return { at, subject, status: word(query, 'status'), from: '', to: '', q: word(query, 'q'), overdue: query['overdue'] === 'true', purpose: '' }
}

const given = (text: string): string | undefined => text.trim() || undefined

function wishes({ at, status, from, to, q, overdue }: Asked) {
  // A time is that of what the organisation collected; one month alone is that month.
  const [first, last] = [given(from) ?? given(to), given(to) ?? given(from)]
  const time = first && last ? { origin_id: at, from: first, to: last } : {}
  return { status: given(status), q: given(q), overdue: overdue || undefined, ...time }
}

export function plainBody(asked: Asked): Plain {
  const list = asked.subject === 'claims' ? { subject: 'claims' as const, filter: { status: given(asked.status) } } : { subject: 'wishes' as const, filter: wishes(asked) }
  return { organisation_id: asked.at, list }
}

export function personalBody(asked: Asked): Personal {
  const list = asked.subject === 'residents' ? { subject: 'residents' as const, filter: {} } : { subject: 'wishes_with_residents' as const, filter: wishes(asked) }
  return { organisation_id: asked.at, list, purpose: asked.purpose.trim() }
}
