import { wishLamp } from '@/domain/lamp'
import { words } from '@/domain/messages'
import type { Wish } from '@/domain/types'
import { number } from '@/domain/format'
import { ui } from './messages'
import type { ValleyWindow } from './valley'

/** The newest wishes as windows, no more than the picture has room for. */
export const wishWindows = (wishes: readonly Wish[], most: number): ValleyWindow[] =>
  wishes.slice(0, most).map((wish) => ({
    id: wish.id,
    state: wishLamp(wish.status),
    label: `${wish.title} · ${wish.place} · ${words.value.wish[wish.status]}`,
    to: { name: 'wish', params: { id: wish.id } },
  }))

/** The count, in words: what is drawn is what there is. Nothing drawn, nothing said. */
export function valleyLabel(windows: readonly ValleyWindow[]): string | undefined {
  const lit = windows.filter((one) => one.state === 'lit').length
  return windows.length === 0 ? undefined : ui.value.valley(number(windows.length), number(lit))
}
