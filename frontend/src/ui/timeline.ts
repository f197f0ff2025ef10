import type { IconName } from './icons'

export interface TimelineEntry {
  key: string
  kind: 'past' | 'up' | 'now' | 'lit' | 'next'
  icon?: IconName
  title: string
  text: string
  when: string
  /** For <time>; absent for what has not happened. */
  at?: string
}
