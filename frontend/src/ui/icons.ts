import type { workIcons } from './workIcons'

/** The strokes of each icon on a 24 × 24 field. */
const everywhere = {
  box: 'M4 8 12 4l8 4v8.5L12 20.5l-8-4zM4 8l8 4 8-4M12 12v8.5',
  cal: 'M6 5.5h12a2 2 0 0 1 2 2v11a2 2 0 0 1 -2 2h-12a2 2 0 0 1 -2 -2v-11a2 2 0 0 1 2 -2zM4 10h16M8.5 3.5v4M15.5 3.5v4',
  card: 'M5.5 5.5h13a2 2 0 0 1 2 2v9a2 2 0 0 1 -2 2h-13a2 2 0 0 1 -2 -2v-9a2 2 0 0 1 2 -2zM7 10h6M7 14h10',
  check: 'm5 12.5 4.5 4.5L19 7.5',
  clock: 'M3.5 12a8.5 8.5 0 1 0 17 0a8.5 8.5 0 1 0 -17 0zM12 7.5V12l3 2',
  edit: 'M4.5 19.5 5.5 15 16 4.5l3.5 3.5L9 18.5z',
  eye: 'M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM9.2 12a2.8 2.8 0 1 0 5.6 0a2.8 2.8 0 1 0 -5.6 0z',
  flag: 'M5.5 21V4M5.5 5h12l-2.5 4 2.5 4h-12',
  hand: 'M7 11.5V6.7a1.4 1.4 0 0 1 2.8 0V11m0-1V5.2a1.4 1.4 0 0 1 2.8 0V10m0-3.8a1.4 1.4 0 0 1 2.8 0V11m0-2.5a1.4 1.4 0 0 1 2.8 0v5.7c0 4-2.5 6.3-6 6.3-3.2 0-4.7-1.5-6-4.2l-1.7-3.5c-.8-1.7 1.3-2.6 2.3-1.3z',
  home: 'M4 11.5 12 4.5l8 7M6 10v9.5h12V10M10 19.5v-5h4v5',
  link: 'M10 14a4 4 0 0 0 5.7 0l3-3A4 4 0 0 0 13 5.3L12 6.3M14 10a4 4 0 0 0-5.7 0l-3 3A4 4 0 0 0 11 18.7l1-1',
  lock: 'M7 10.5h10a2 2 0 0 1 2 2v5.5a2 2 0 0 1 -2 2h-10a2 2 0 0 1 -2 -2v-5.5a2 2 0 0 1 2 -2zM8 10.5V8a4 4 0 0 1 8 0v2.5',
  minus: 'M5 12h14',
  moon: 'M19.5 14.5A8 8 0 0 1 9.5 4.5a8 8 0 1 0 10 10z',
  offline: 'M4 4l16 16M9 6.7A6 6 0 0 1 17.6 11H18a4 4 0 0 1 2.8 6.8M15.5 19H7a4.5 4.5 0 0 1-.7-8.9',
  phone: 'M6 4h3.5l1.5 4.5-2 1.5a12 12 0 0 0 5 5l1.5-2 4.5 1.5V18a2 2 0 0 1-2 2A15 15 0 0 1 4 6a2 2 0 0 1 2-2z',
  plus: 'M12 5v14M5 12h14',
  search: 'M4.5 11a6.5 6.5 0 1 0 13 0a6.5 6.5 0 1 0 -13 0zM16 16l4.5 4.5',
  send: 'M20.5 3.5 10 14M20.5 3.5 14 20.5l-4-6.5-6.5-4z',
  share: 'M12 15V4M8 7.5 12 3.5l4 4M6 11.5v8h12v-8',
  sync: 'M19.5 9A8 8 0 0 0 5 7.5M4.5 4v4h4M4.5 15A8 8 0 0 0 19 16.5M19.5 20v-4h-4',
  text: 'M3 19 8.5 5 14 19M5 14.5h7M14.5 19l3-8 3 8M15.5 16.5h4',
  up: 'M4 19h4.5v-4.5H13V10h4.5V5.5M14.5 5h3.5v3.5',
  user: 'M8 8.5a4 4 0 1 0 8 0a4 4 0 1 0 -8 0zM4.5 20.5c.7-4 3.7-6 7.5-6s6.8 2 7.5 6',
  warn: 'M12 4 21 19.5H3zM12 10v4.5M12 17h.01',
  x: 'm6 6 12 12M18 6 6 18',
} as const

export type IconName = keyof typeof everywhere | keyof typeof workIcons

export const icons: Partial<Record<IconName, string>> = { ...everywhere }

export function addIcons(more: Partial<Record<IconName, string>>): void {
  Object.assign(icons, more)
}
