import type { LampState } from '@/domain/lamp'
import type { HeldPost, SignUp } from './queries'

/** The light a post stands in. */
export const lamp = (status: HeldPost['status']): LampState => (({ draft: 'claimed', open: 'open', ended: 'lit', cancelled: 'closed' }) as const)[status]

/** The light a sign-up stands in. */
export const signUpLamp = (status: SignUp['status']): LampState =>
  (({ signed_up: 'claimed', marked: 'lit', unmarked: 'closed', withdrawn: 'closed', cancelled: 'closed' }) as const)[status]
