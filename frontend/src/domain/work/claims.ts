import type { ClaimStatus } from '@/domain/types'
import { words } from '@/domain/messages'
import { workWords } from './messages'

/** How those who wait for it speak of a claim: a proposal waits for the claimant, not for "you". */
export const claimWords = (status: ClaimStatus): string => (status === 'proposed' ? workWords.value.proposed : words.value.claim[status])
