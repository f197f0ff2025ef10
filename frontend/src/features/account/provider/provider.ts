import { api, unwrap } from '@/api/client'
import type { IntentHeaders } from '@/api/intent'
import { enter } from '@/session/door'

/** What the provider put into the address to which it sent the browser back. */
export interface Back {
  code: string
  state: string
  iss?: string
}

/** What a person was about before the provider's page took the place of ours. */
interface Errand {
  link: boolean
  next?: string
}

const KEY = 'provider'

export const signInOptionsQuery = () => ({
  queryKey: ['sign-in-options'],
  queryFn: () => unwrap(api.GET('/api/v1/auth/options')),
  staleTime: 600_000,
})

export const identitiesQuery = () => ({
  queryKey: ['identities'],
  queryFn: () => unwrap(api.GET('/api/v1/me/identities')),
})

export async function departToSignIn(next?: string): Promise<void> {
  const { authorization_url } = await unwrap(api.POST('/api/v1/auth/provider', { body: {} }))
  depart(authorization_url, { link: false, ...(next !== undefined && { next }) })
}

export async function departToLink(current_password: string): Promise<void> {
  const { authorization_url } = await unwrap(api.POST('/api/v1/me/identities', { body: { current_password } }))
  depart(authorization_url, { link: true })
}

function depart(to: string, errand: Errand): void {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(errand))
  } catch {
    // A private window keeps nothing: the person then lands on the wall.
  }
  window.location.assign(to)
}

/** Asked once: the errand is over then. */
export function takeErrand(): Errand {
  try {
    const kept = sessionStorage.getItem(KEY)
    sessionStorage.removeItem(KEY)
    if (kept !== null) return JSON.parse(kept) as Errand
  } catch {
    // As above.
  }
  return { link: false }
}

/** Resolves to a ticket where a code of the second factor is still due. */
export async function finishSignIn(back: Back): Promise<string | null> {
  const answer = await unwrap(api.POST('/api/v1/auth/provider/return', { body: { ...back, session: 'cookie' } }))
  if ('mfa_token' in answer) return answer.mfa_token
  await enter(answer.access_token)
  return null
}

export const finishLink = (back: Back) => unwrap(api.POST('/api/v1/me/identities/return', { body: back }))

export const unlink = (id: string, headers: IntentHeaders) =>
  unwrap(api.DELETE('/api/v1/me/identities/{id}', { params: { path: { id }, header: { 'If-Match': '*' } }, headers }))

/** What the address holds, or null where the provider sent nobody. */
export function backFrom(query: Record<string, unknown>): Back | null {
  const { code, state, iss } = query
  if (typeof code !== 'string' || typeof state !== 'string') return null
  return { code, state, ...(typeof iss === 'string' && { iss }) }
}
