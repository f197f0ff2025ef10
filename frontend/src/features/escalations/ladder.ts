import { day } from '@/domain/format'
import { type Step, steps } from '@/domain/ladder'
import type { LadderStep } from '@/domain/types'

/**
 * The stair as the one who is asked sees it: the step above the holder is theirs, and lit up, until they have answered.
 */
export function askedSteps(ladder: readonly LadderStep[], due: string | null): Step[] {
  const drawn = steps(ladder)
  const here = drawn.findIndex(({ kind }) => kind === 'here')
  if (here < 0 || here + 1 >= drawn.length) return drawn
  return drawn.map((step, i) => {
    if (i === here) return { ...step, kind: 'past' }
    if (i === here + 1) return { ...step, kind: 'here', until: due ? day(due) : null }
    return step
  })
}
