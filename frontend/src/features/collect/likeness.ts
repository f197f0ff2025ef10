import type { components } from '@/api/schema'
import type { BodyOf } from '@/api/shapes'
import type { CollectDraft } from './collectDraft'
import { findLikenesses } from './queries'
import { useHint } from './useHint'

export type Sketch = BodyOf<'/api/v1/likenesses', 'post'>
export type Likenesses = components['schemas']['Likenesses']
export type Alike = components['schemas']['Alike']

const given = (text: string, atLeast = 1): string | undefined => (text.trim().length >= atLeast ? text.trim() : undefined)

/** Who is being written down, as far as it may be compared: half a number finds nobody. */
export const sketchOf = ({ organisation, who, beneficiary, person }: CollectDraft): Sketch =>
  who === 'new'
    ? {
        organisation_id: organisation,
        name: given(person.name, 2),
        phone: given(person.phone, 7),
        id_number: given(person.id_number, 18),
        address: given(person.address),
        birth_date: /^\d{4}-\d{2}-\d{2}$/.test(person.birth_date) ? person.birth_date : undefined,
      }
    : { organisation_id: organisation, beneficiary_id: who === 'known' ? given(beneficiary) : undefined }

/** The same sketch, with the wish in it. */
export const sketchOfWish = (draft: CollectDraft): Sketch => ({ ...sketchOf(draft), title: given(draft.wish.title, 2), category: given(draft.wish.category) })

const ofSomebody = ({ name, phone, id_number }: Sketch): boolean => Boolean(name ?? phone ?? id_number)

/** What may be here already: told beside the form; the person who writes decides. */
export function useLikeness(draft: () => CollectDraft, ask: (sketch: Sketch) => Promise<Likenesses> = findLikenesses) {
  const none: Likenesses = { residents: [], wishes: [] }
  const residents = useHint(() => sketchOf(draft()), ofSomebody, ask, none)
  const wishes = useHint(() => sketchOfWish(draft()), (sketch) => Boolean(sketch.title) && (ofSomebody(sketch) || Boolean(sketch.beneficiary_id)), ask, none)
  return { residents, wishes }
}
