import { computed, readonly, shallowRef } from 'vue'
import { api, unwrap } from '@/api/client'
import { ApiError } from '@/api/error'
import { accessToken, dropToken, keepToken, mayHaveSession, renew, whenSessionEnds } from '@/api/token'
import type { Me, Role } from '@/domain/types'
import { queries } from '@/data/cache'
import { wipeDrafts } from './wipe'

/** Who is in front of the screen. Server state otherwise lives in the query cache only. */
const current = shallowRef<Me | null>(null)
let ready: Promise<void> | null = null

export const me = readonly(current)
export const claimants = computed(() => current.value?.claimants ?? [])

const WORKERS: readonly Role[] = ['collector', 'reviewer', 'coordinator', 'admin', 'auditor', 'child_officer']
export const isWorker = computed(() => hasRole(WORKERS))

export function hasRole(roles: readonly Role[]): boolean {
  return current.value?.memberships.some((membership) => roles.includes(membership.role)) ?? false
}

// The page stays as it is, so that nothing typed on it is lost; signing in again, in any tab, lets it go on.
let ended = false
whenSessionEnds(() => {
  ended = true
})

/** Asked at the door of each room. */
export async function isSignedIn(): Promise<boolean> {
  await sessionReady()
  if (ended && accessToken() === null) return false
  // Another tab signed in, perhaps as somebody else.
  if (ended) await loadMe().catch(forget)
  return current.value !== null
}

/** Picks up the session of the last visit, if there was one. Asked by all, done once. */
export function sessionReady(): Promise<void> {
  ready ??= resume()
  return ready
}

async function resume(): Promise<void> {
  if (!mayHaveSession() || !(await renew())) return
  try {
    await loadMe()
  } catch (error) {
    // The page opens for a guest; the next visit tries again.
    if (!(error instanceof ApiError)) throw error
  }
}

async function loadMe(): Promise<void> {
  current.value = await unwrap(api.GET('/api/v1/me'))
  ended = false
}

export interface Credentials {
  username: string
  password: string
}

/** Resolves to a ticket where a code of the second factor is still due. */
export async function signIn(credentials: Credentials): Promise<string | null> {
  const body = { ...credentials, session: 'cookie' as const }
  const answer = await unwrap(api.POST('/api/v1/auth/login', { body }))
  if ('mfa_token' in answer) return answer.mfa_token
  await enter(answer.access_token)
  return null
}

export async function signInWithCode(mfa_token: string, code: string): Promise<void> {
  const body = { mfa_token, code, session: 'cookie' as const }
  await enter((await unwrap(api.POST('/api/v1/auth/totp', { body }))).access_token)
}

/** After something changed that the session itself carries. */
export async function renewSession(): Promise<void> {
  await renew()
  await loadMe()
}

export async function enter(token: string): Promise<void> {
  keepToken(token)
  // What a guest was shown is not what this person may see.
  queries.clear()
  await loadMe()
  wipeDrafts(current.value?.user.id)
}

export async function signOut(): Promise<void> {
  try {
    await unwrap(api.POST('/api/v1/auth/logout', { body: {} }))
  } finally {
    dropToken()
    forget()
    wipeDrafts()
  }
}

function forget(): void {
  current.value = null
  queries.clear()
}
