import { computed, reactive, ref, shallowRef } from 'vue'
import { queries } from '@/data/cache'
import { wishQuery } from '@/data/wishes'
import type { WorkerWish } from '@/domain/types'
import { asWorker } from '@/domain/work/wish'
import { type Conflict, merge } from './merge'
import { draftOf, type WishDraft } from './wishDraft'

type Field = keyof WishDraft
/** A quantity is nothing without its unit and what its shares are, nor what was said without who said it. */
const TOGETHER: readonly (readonly Field[])[] = [['quantity', 'unit', 'shares'], ['told_by', 'told_by_note']]

export interface Clash extends Conflict<Field> {
  key: string
  choice: 'mine' | 'theirs' | ''
}

/** A draft over the version that was read. Where somebody was quicker, theirs and mine are put together, and a person decides where both wrote. */
export function useMerge(wish: WorkerWish) {
  const version = ref(wish.version)
  const base = shallowRef<WishDraft>(draftOf(wish))
  const draft = reactive<WishDraft>(draftOf(wish))
  /** What the other one changed and is in the form now. */
  const taken = shallowRef<{ field: Field; now: string }[]>([])
  const clashes = ref<Clash[]>([])

  async function lookAgain(): Promise<void> {
    const now = asWorker(await queries.fetchQuery({ ...wishQuery(wish.id), staleTime: 0 }))
    if (!now) return
    const fresh = draftOf(now)
    const found = merge<WishDraft, Field>(base.value, { ...draft }, fresh, TOGETHER)
    Object.assign(draft, found.merged)
    taken.value = found.taken.map((field) => ({ field, now: fresh[field] }))
    clashes.value = found.conflicts.map((one) => ({ ...one, key: one.fields.join('+'), choice: '' }))
    base.value = fresh
    version.value = now.version
  }

  function choose(clash: Clash, choice: Clash['choice']): void {
    clash.choice = choice
    if (choice) Object.assign(draft, clash[choice])
  }

  return { version, base, draft, taken, clashes, undecided: computed(() => clashes.value.some(({ choice }) => choice === '')), lookAgain, choose }
}
