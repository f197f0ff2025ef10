import createClient, { type Client } from 'openapi-fetch'
import { currentLocale } from '@/prefs/prefs'
import { config } from './config'
import { ApiError } from './error'
import type { paths } from './schema'
import { accessToken, mayHaveSession, renew, settled } from './token'

const make = (): Client<paths> => createClient<paths>({ baseUrl: config.apiBase, fetch: send })

export let api = make()

/** Called once, after config.json has said where the API lives. */
export function pointApiAtConfig(): void {
  api = make()
}

/** Sends with the token; when that has run out, renews it once and sends the very same request again. */
async function send(request: Request): Promise<Response> {
  const door = isAuth(request)
  if (!door) await settled()
  const again = request.clone()
  const response = await attempt(request, door)
  if (response.status !== 401 || door || !mayHaveSession()) return response
  return (await renew()) ? attempt(again, door) : response
}

const isAuth = (request: Request): boolean => request.url.includes('/api/v1/auth/')

async function attempt(request: Request, door: boolean): Promise<Response> {
  request.headers.set('Accept-Language', currentLocale())
  const token = accessToken()
  if (token !== null && !door) request.headers.set('Authorization', `Bearer ${token}`)
  try {
    // The session cookie goes to the auth routes only; nothing else has use for it.
    return await fetch(request, { credentials: door ? 'include' : 'same-origin' })
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause
    throw ApiError.unreachable(cause)
  }
}

interface Answer<T> {
  data?: T
  error?: unknown
  response: Response
}

/** The body of a good answer; anything else is thrown as an ApiError. */
export async function unwrap<T>(answer: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await answer
  if (!response.ok) throw ApiError.from(response, error)
  return data as T
}

/** For PUT, PATCH and DELETE, and for actions that must not act on a page that has grown old. A tag is the version, a dash and the view; the version decides. */
export const ifMatch = (version: number): { 'If-Match': string } => ({ 'If-Match': `"${version}-"` })
