import type { Claim } from './types'

/** For whom a platform claimed: the platform, and how its user is called where that is told. */
export const behalfOf = ({ behalf }: Claim): string | null => (behalf ? [behalf.platform, behalf.user].filter(Boolean).join(' · ') : null)
