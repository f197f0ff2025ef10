import { chinaDay } from '@/domain/due/due'
import type { Claim } from '@/domain/types'

/** One thing to bring, and the township where it goes, as far as it may be told. */
export interface Stop {
  claim: Claim
  place: string
  /** The day it is due, in China; empty where there is none. */
  due: string
}

export interface Place {
  name: string
  stops: Stop[]
}

export const stopOf = (claim: Claim, place: string | null | undefined): Stop => ({
  claim,
  place: place ?? '',
  due: claim.deliver_by ? chinaDay(claim.deliver_by) : claim.contact_by ? chinaDay(claim.contact_by) : '',
})

/** What is promised and not yet brought. */
export const toBring = (claims: readonly Claim[]): Claim[] => claims.filter(({ status }) => status === 'active')

/** A round of a day: place by place, first where something is due first. Where only what is due counts, nothing of a later day. */
export function roundOf(stops: readonly Stop[], on: string, onlyDue: boolean): Place[] {
  const places = new Map<string, Stop[]>()
  const late = (stop: Stop): string => stop.due || '9'
  for (const stop of stops.toSorted((a, b) => late(a).localeCompare(late(b)))) {
    if (onlyDue && !(stop.due !== '' && stop.due <= on)) continue
    places.set(stop.place, [...(places.get(stop.place) ?? []), stop])
  }
  return [...places].map(([name, its]) => ({ name, stops: its }))
}
