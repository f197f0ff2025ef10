import { computed, readonly, shallowRef } from 'vue'
import { api, unwrap } from '@/api/client'
import { ApiError } from '@/api/error'
import { accessToken, mayHaveSession, renew, whenSessionEnds } from '@/api/token'
import type { Me, Role } from '@/domain/types'
import { queries } from '@/data/cache'

/** Who is in front of the screen. Server state otherwise lives in the query cache only. Coming in and going out: door.ts. */
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
  if (!mayHaveSession()) return
  try {
    if (await renew()) return await loadMe()
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
  }
  // No answer is no refusal: who was here last may go on with what needs no server. Others open the page as a guest.
  if (mayHaveSession()) current.value = await import('@/offline/kept').then(({ whoWasHere }) => whoWasHere()).catch(() => null)
}

export async function loadMe(): Promise<void> {
  current.value = await unwrap(api.GET('/api/v1/me'))
  ended = false
}

export function forget(): void {
  current.value = null
  queries.clear()
}
