import type { BodyOf } from '@/api/shapes'
import type { Finding } from '@/domain/types'
import { checkPublicText } from './queries'
import { useHint } from './useHint'

export type DraftText = BodyOf<'/api/v1/public-text-checks', 'post'>

const worthwhile = ({ organisation_id, title, public_summary }: DraftText): boolean => organisation_id !== '' && `${title ?? ''}${public_summary ?? ''}`.trim().length > 1

/**
 * What the server finds in a public text while it is written: also the resident's own name, which this page does not
 * know. The review looks again.
 */
export const useTextCheck = (draft: () => DraftText, check: (text: DraftText) => Promise<Finding[]> = checkPublicText) => useHint(draft, worthwhile, check, [])
