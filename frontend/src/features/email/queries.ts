import { api, unwrap } from '@/api/client'
import type { IntentHeaders } from '@/api/intent'
import type { components } from '@/api/schema'
import { queries } from '@/data/cache'

export type Email = components['schemas']['Email']
type NewEmail = components['schemas']['NewEmail']

const KEY = ['email']

export const emailQuery = () => ({
  queryKey: KEY,
  queryFn: () => unwrap(api.GET('/api/v1/me/email')),
})

/** What the server answers to a change is how it stands now. */
const now = (email: Email): void => void queries.setQueryData(KEY, email)

export async function askEmail(body: NewEmail, headers: IntentHeaders): Promise<void> {
  now(await unwrap(api.PUT('/api/v1/me/email', { params: { header: { 'If-Match': '*' } }, body, headers })))
}

export async function confirmEmail(code: string, headers: IntentHeaders): Promise<void> {
  now(await unwrap(api.POST('/api/v1/me/email/confirmation', { body: { code }, headers })))
}

export async function removeEmail(_: null, headers: IntentHeaders): Promise<void> {
  await unwrap(api.DELETE('/api/v1/me/email', { params: { header: { 'If-Match': '*' } }, headers }))
  await queries.invalidateQueries({ queryKey: KEY })
}
