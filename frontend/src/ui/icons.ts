import type { moreIcons } from './moreIcons'
import type { workIcons } from './workIcons'

/** The strokes of each icon on a 24 × 24 field. */
const everywhere = {
  box: 'M4 8 12 4l8 4v8.5L12 20.5l-8-4zM4 8l8 4 8-4M12 12v8.5',
  check: 'm5 12.5 4.5 4.5L19 7.5',
  clock: 'M3.5 12a8.5 8.5 0 1 0 17 0a8.5 8.5 0 1 0 -17 0zM12 7.5V12l3 2',
  eye: 'M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM9.2 12a2.8 2.8 0 1 0 5.6 0a2.8 2.8 0 1 0 -5.6 0z',
  hand: 'M7 11.5V6.7a1.4 1.4 0 0 1 2.8 0V11m0-1V5.2a1.4 1.4 0 0 1 2.8 0V10m0-3.8a1.4 1.4 0 0 1 2.8 0V11m0-2.5a1.4 1.4 0 0 1 2.8 0v5.7c0 4-2.5 6.3-6 6.3-3.2 0-4.7-1.5-6-4.2l-1.7-3.5c-.8-1.7 1.3-2.6 2.3-1.3z',
  menu: 'M4 7h16M4 12h16M4 17h16',
  minus: 'M5 12h14',
  moon: 'M19.5 14.5A8 8 0 0 1 9.5 4.5a8 8 0 1 0 10 10z',
  phone: 'M6 4h3.5l1.5 4.5-2 1.5a12 12 0 0 0 5 5l1.5-2 4.5 1.5V18a2 2 0 0 1-2 2A15 15 0 0 1 4 6a2 2 0 0 1 2-2z',
  search: 'M4.5 11a6.5 6.5 0 1 0 13 0a6.5 6.5 0 1 0 -13 0zM16 16l4.5 4.5',
  sync: 'M19.5 9A8 8 0 0 0 5 7.5M4.5 4v4h4M4.5 15A8 8 0 0 0 19 16.5M19.5 20v-4h-4',
  text: 'M3 19 8.5 5 14 19M5 14.5h7M14.5 19l3-8 3 8M15.5 16.5h4',
  up: 'M4 19h4.5v-4.5H13V10h4.5V5.5M14.5 5h3.5v3.5',
  warn: 'M12 4 21 19.5H3zM12 10v4.5M12 17h.01',
} as const

export type IconName = keyof typeof everywhere | keyof typeof moreIcons | keyof typeof workIcons

export const icons: Partial<Record<IconName, string>> = { ...everywhere }

export function addIcons(more: Partial<Record<IconName, string>>): void {
  Object.assign(icons, more)
}
