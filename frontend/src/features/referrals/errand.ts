import type { Errand } from './queries'

/** How a need is to be handed on, as it is being filled in. */
export interface ErrandDraft {
  where: 'inside' | 'outside'
  organisation: string
  office: string
  agreed: string
  answerBy: string
}

export const emptyErrand = (today: string, office = ''): ErrandDraft => ({ where: office === '' ? 'inside' : 'outside', organisation: '', office, agreed: today, answerBy: '' })

/** What is sent, or null while something is missing. */
export function errandOf(draft: ErrandDraft): Errand | null {
  const office = draft.office.trim()
  const inside = draft.where === 'inside'
  if (draft.agreed === '' || (inside ? draft.organisation : office) === '') return null
  return { ...(inside ? { to_organisation_id: draft.organisation } : { office }), agreed_on: draft.agreed, ...(draft.answerBy === '' ? {} : { answer_by: draft.answerBy }) }
}
