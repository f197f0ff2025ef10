import type { Platform } from '@/domain/types'
import type { NewPlatform } from './queries'
import { networksOf, type Scope } from './scopes'

/** A platform as an administrator types it. */
export interface Draft {
  name: string
  scopes: Scope[]
  networks: string
  claimant: string
  open: string
  ofUser: string
  inDay: string
}

export const blank = (): Draft => ({ name: '', scopes: ['wishes:read'], networks: '', claimant: '', open: '50', ofUser: '2', inDay: '20' })

export function draftOf({ name, scopes, networks, claims }: Platform): Draft {
  const typed = { ...blank(), name, scopes: [...scopes], networks: networks.join(' ') }
  if (!claims) return typed
  return { ...typed, claimant: claims.claimant.id, open: String(claims.most_open), ofUser: String(claims.most_open_of_user), inDay: String(claims.most_in_day) }
}

/** What is no number is none that the server takes, and it says so at the field. */
const count = (typed: string): number => Math.trunc(Number(typed)) || 0

export function bodyOf(draft: Draft): NewPlatform {
  const body: NewPlatform = { name: draft.name.trim(), scopes: draft.scopes, networks: networksOf(draft.networks) }
  if (draft.scopes.includes('claims:write') && draft.claimant)
    body.claims = { claimant_id: draft.claimant, most_open: count(draft.open), most_open_of_user: count(draft.ofUser), most_in_day: count(draft.inDay) }
  return body
}
