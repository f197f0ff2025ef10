import { computed, onScopeDispose, shallowRef, watch } from 'vue'
import type { BodyOf } from '@/api/shapes'
import type { Finding } from '@/domain/types'
import { checkPublicText } from './queries'

export type DraftText = BodyOf<'/api/v1/public-text-checks', 'post'>

const REST = 900

/**
 * What the server finds in a public text while it is written: also the resident's own name, which this page does not
 * know. A help that comes when the hand rests; without a network there is none, and the review looks again.
 */
export function useTextCheck(draft: () => DraftText, check: (text: DraftText) => Promise<Finding[]> = checkPublicText) {
  const found = shallowRef<{ of: string; items: Finding[] }>({ of: '', items: [] })
  let timer: ReturnType<typeof setTimeout> | undefined
  const now = (): string => JSON.stringify(draft())
  const worthwhile = ({ organisation_id, title, public_summary }: DraftText): boolean => organisation_id !== '' && `${title ?? ''}${public_summary ?? ''}`.trim().length > 1

  async function look(): Promise<void> {
    const of = now()
    try {
      const items = await check(draft())
      // Written on meanwhile: the next answer counts.
      if (of === now()) found.value = { of, items }
    } catch {
      // Not worth a word: nothing is lost, and nothing is published unread.
    }
  }

  watch(
    now,
    () => {
      clearTimeout(timer)
      if (worthwhile(draft())) timer = setTimeout(() => void look(), REST)
    },
    { immediate: true },
  )
  onScopeDispose(() => clearTimeout(timer))

  // What was found in another text says nothing of this one.
  return computed(() => (found.value.of === now() ? found.value.items : []))
}
