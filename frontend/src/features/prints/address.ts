import type { LocationQuery } from 'vue-router'

/** Which wishes stand on a poster: those of a campaign, or those that the wall shows with these filters. */
export interface Posted {
  campaign_id?: string
  q?: string
  category?: string
  region_code?: string
}

const text = (value: LocationQuery[string] | undefined): string => (typeof value === 'string' ? value.trim() : '')

const given = (all: Record<string, string>): Record<string, string> => Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ''))

/** As the address of the wall says it, or of a campaign. */
export const postedOf = (query: LocationQuery): Posted =>
  given({ campaign_id: text(query['campaign']), q: text(query['q']), category: text(query['category']), region_code: text(query['region']) })

/** The page of the same wishes, for whoever scans the poster. */
export function pageOf({ campaign_id, q = '', category = '', region_code: region = '' }: Posted, origin: string): string {
  if (campaign_id) return `${origin}/campaigns/${campaign_id}`
  return `${origin}/?${new URLSearchParams({ ...given({ q, category, region }), status: 'open' })}`
}

/** The wishes named in an address, each once. */
export const idsOf = (query: LocationQuery): string[] => [...new Set(text(query['ids']).split(',').filter(Boolean))]
