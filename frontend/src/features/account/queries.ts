import { api, unwrap } from '@/api/client'
import type { IntentHeaders } from '@/api/intent'
import type { components } from '@/api/schema'

export type TotpSecret = components['schemas']['TotpSecret']

export const enrolTotp = (current_password: string, headers: IntentHeaders): Promise<TotpSecret> =>
  unwrap(api.POST('/api/v1/me/totp', { body: { current_password }, headers }))

export const confirmTotp = (code: string, headers: IntentHeaders) => unwrap(api.POST('/api/v1/me/totp/confirmation', { body: { code }, headers }))
