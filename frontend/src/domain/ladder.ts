import { day } from './format'
import { words } from './messages'
import type { LadderStep, Level } from './types'

export interface Step {
  key: string
  level: Level
  /** What people there are called: the level, or the organisation where the reader may know it. */
  name: string
  kind: 'past' | 'here' | 'ahead'
  /** The span it waited there, or the day it would go there. */
  from: string | null
  until: string | null
}

/** The way of a wish up the tree, lowest step first, each ready to be drawn. */
export function steps(ladder: readonly LadderStep[]): Step[] {
  return ladder.map((step, i) => ({
    key: `${i}-${step.level}`,
    level: step.level,
    name: step.name ?? words.value.level[step.level],
    kind: step.status === 'next' ? 'ahead' : step.status,
    from: step.from ? day(step.from) : null,
    until: step.until ? day(step.until) : null,
  }))
}
