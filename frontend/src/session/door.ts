import { api, unwrap } from '@/api/client'
import { dropToken, keepToken, renew } from '@/api/token'
import { queries } from '@/data/cache'
import { forgetAllBut, leaveNothing } from '@/offline/kept'
import { forget, loadMe, me } from './session'
import { wipeDrafts } from './wipe'

/** Coming in and going out. Apart from the session itself, because whoever only looks at the wall does neither. */

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
  const user = me.value?.user.id ?? ''
  wipeDrafts(user)
  await forgetAllBut(user)
}

/** Nothing of theirs stays on this device, also where the server cannot be told. What waits in the outbox is asked about before. */
export async function signOut(): Promise<void> {
  const user = me.value?.user.id ?? ''
  try {
    await unwrap(api.POST('/api/v1/auth/logout', { body: {} }))
  } finally {
    dropToken()
    forget()
    wipeDrafts()
    await leaveNothing(user)
  }
}
