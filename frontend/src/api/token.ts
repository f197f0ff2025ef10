import { currentLocale } from '@/prefs/prefs'
import { config } from './config'

/**
 * The access token lives in this variable only. What outlasts the page is an HttpOnly cookie that no script can read,
 * so a script that got in could not carry the session away.
 */
let access: string | null = null
let renewal: Promise<boolean> | null = null
let onEnd: () => void = () => {}

// Only says that a renewal is worth asking for; visitors who never signed in are spared the question.
const HINT = 'signed-in'

export const accessToken = (): string | null => access

/** Resolves once no renewal is under way, so that a request does not start with a token about to be replaced. */
export const settled = async (): Promise<void> => {
  await renewal
}

export function whenSessionEnds(callback: () => void): void {
  onEnd = callback
}

export function keepToken(token: string): void {
  access = token
  remember(true)
}

export function dropToken(): void {
  access = null
  remember(false)
}

export function mayHaveSession(): boolean {
  try {
    return localStorage.getItem(HINT) !== null
  } catch {
    return false
  }
}

function remember(on: boolean): void {
  try {
    if (on) localStorage.setItem(HINT, '1')
    else localStorage.removeItem(HINT)
  } catch {
    // A private window keeps nothing: the session then lasts as long as the page.
  }
}

/** Asks for a new access token, once for all who ask at the same time. False when there is no session to renew. */
export function renew(): Promise<boolean> {
  renewal ??= oneTabAtATime(ask).finally(() => {
    renewal = null
  })
  return renewal
}

// A refresh token serves once. Two tabs that use the same one at the same moment would look like a theft.
function oneTabAtATime(work: () => Promise<boolean>): Promise<boolean> {
  // Only https and localhost have locks.
  const { locks } = navigator as Partial<Navigator>
  return locks ? locks.request('wishlight-renew', work) : work()
}

async function ask(): Promise<boolean> {
  let response: Response
  try {
    response = await fetch(`${config.apiBase}/api/v1/auth/refresh`, {
      method: 'POST',
      credentials: 'include',
      headers: { 'Content-Type': 'application/json', 'Accept-Language': currentLocale() },
      body: '{}',
    })
  } catch {
    return false
  }
  if (response.ok) {
    const body = (await response.json()) as { access_token: string }
    keepToken(body.access_token)
    return true
  }
  // Only a clear no ends the session; a server that is down will know us again later.
  if (response.status === 401 || response.status === 403) {
    dropToken()
    onEnd()
  }
  return false
}
