import { api, unwrap } from '@/api/client'
import { ApiError } from '@/api/error'
import { accessToken, renew } from '@/api/token'
import { addWishPhoto } from '@/data/attachments'
import { addConsent, createBeneficiary, createWish, submitWish } from '@/data/collecting'
import { chinaDay } from '@/domain/due/due'
import { clockOf, now } from './clock'
import { keepClock } from './kept'
import type { Item, Step } from './item'
import type { Shelf } from './shelf'

/** A line that hangs is none. A photo may take a while on a slow one. */
const WITHIN = 30_000
const PHOTO_WITHIN = 120_000

function within<T>(answer: Promise<T>, ms: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(ApiError.unreachable(new Error('no answer in time'))), ms)
    answer.then(resolve, reject).finally(() => clearTimeout(late))
  })
}

const signedOut = (): ApiError => new ApiError(401, 'session_ended', '')

/** Whose the access token is, and until when it holds (ms). The server decides; this only keeps one user's things from going out under another's name. */
export function bearerOf(token: string | null): { sub: string; exp: number } | null {
  try {
    const { sub, exp } = JSON.parse(atob((token?.split('.')[1] ?? '').replace(/-/g, '+').replace(/_/g, '/'))) as { sub: string; exp: number }
    return { sub, exp: exp * 1000 }
  } catch {
    return null
  }
}

/** Another tab may have signed in as somebody else, and a renewal would take their session. */
async function stillOurs(user: string): Promise<void> {
  const bearer = bearerOf(accessToken())
  if (bearer && bearer.exp < now().getTime() + 60_000) await renew()
  if (bearerOf(accessToken())?.sub !== user) throw signedOut()
}

async function ask(user: string): Promise<string> {
  const answer = await api.GET('/api/v1/me')
  const me = await unwrap(Promise.resolve(answer))
  if (me.user.id !== user) throw signedOut()
  const clock = clockOf(answer.response.headers.get('Date'))
  if (clock) await keepClock(clock)
  return chinaDay(now())
}

export const knockAs = (user: string) => () => within(ask(user), WITHIN)

export const performAs =
  (user: string, shelf: Shelf) =>
  async (step: Step, item: Item): Promise<string | null> => {
    await stillOurs(user)
    const headers = { 'Idempotency-Key': step.key }
    const resident = item.resident ?? ''
    const wish = item.wish ?? ''
    switch (step.kind) {
      case 'person':
        return (await within(createBeneficiary(step.body, headers), WITHIN)).id
      case 'wish':
        return (await within(createWish({ ...step.body, beneficiary_id: resident }, headers), WITHIN)).id
      case 'consent':
        await within(addConsent(resident, step.body, headers), WITHIN)
        return null
      case 'submit':
        await within(submitWish(wish, headers), WITHIN)
        return null
      case 'photo': {
        const blob = await shelf.photo(step.photo)
        // Where it has gone from this device there is nothing to send.
        if (blob) await within(addWishPhoto(wish, blob, step.key), PHOTO_WITHIN)
        return null
      }
    }
  }
