import { newKey } from '@/api/intent'
import { chinaDay } from '@/domain/due/due'
import type { Beneficiary } from '@/domain/types'
import { clockSeen, now } from '@/offline/clock'
import type { NewItem, Step, Trouble } from '@/offline/item'
import { askedOf, type CollectDraft, newlyAgreed } from './collectDraft'
import { toConsents, toPerson } from './person'
import { type Faults, toWish } from './wishDraft'

/** The form as what is to be sent: the resident, what they agreed to, the wish, handing it in, the photos. */
export function toItem(draft: CollectDraft, known: Beneficiary | undefined, andSubmit: boolean, photos: readonly string[]): NewItem {
  const consents = toConsents(newlyAgreed(draft, known), askedOf(draft, known, now()), draft.guardian, now())
  const { beneficiary_id: _, ...body } = toWish(draft.wish, '', draft.organisation)
  const steps: Step[] = []
  if (draft.who === 'new') steps.push({ kind: 'person', key: newKey(), body: toPerson(draft.person, draft.organisation, consents) })
  else {
    if (draft.who === 'same' && draft.same) steps.push(draft.same.step)
    for (const one of consents) steps.push({ kind: 'consent', key: newKey(), body: one })
  }
  steps.push({ kind: 'wish', key: newKey(), body })
  // Words weigh nothing: they are handed in before the photos go over a slow line.
  if (andSubmit) steps.push({ kind: 'submit', key: newKey() })
  for (const photo of photos) steps.push({ kind: 'photo', key: newKey(), photo })
  // The form's own, and not what the page goes on changing.
  const form = JSON.parse(JSON.stringify({ ...draft, mends: '' })) as CollectDraft
  return { title: body.title, since: chinaDay(clockSeen()), form, steps, resident: draft.who === 'known' ? draft.beneficiary : null }
}

const PREFIX: Partial<Record<Trouble['at'], string>> = { person: 'person:', consent: 'guardian:' }

/** What the server found wrong, at the fields of the form. */
export const faultsOf = ({ at, errors }: Trouble): Faults => Object.fromEntries(errors.map(({ pointer, detail }) => [`${PREFIX[at] ?? ''}${pointer}`, detail]))
