import { addIcons } from './icons'

/** Those that the wall does without. Imported by what draws them, or by its page. */
export const moreIcons = {
  cal: 'M6 5.5h12a2 2 0 0 1 2 2v11a2 2 0 0 1 -2 2h-12a2 2 0 0 1 -2 -2v-11a2 2 0 0 1 2 -2zM4 10h16M8.5 3.5v4M15.5 3.5v4',
  card: 'M5.5 5.5h13a2 2 0 0 1 2 2v9a2 2 0 0 1 -2 2h-13a2 2 0 0 1 -2 -2v-9a2 2 0 0 1 2 -2zM7 10h6M7 14h10',
  edit: 'M4.5 19.5 5.5 15 16 4.5l3.5 3.5L9 18.5z',
  flag: 'M5.5 21V4M5.5 5h12l-2.5 4 2.5 4h-12',
  home: 'M4 11.5 12 4.5l8 7M6 10v9.5h12V10M10 19.5v-5h4v5',
  link: 'M10 14a4 4 0 0 0 5.7 0l3-3A4 4 0 0 0 13 5.3L12 6.3M14 10a4 4 0 0 0-5.7 0l-3 3A4 4 0 0 0 11 18.7l1-1',
  lock: 'M7 10.5h10a2 2 0 0 1 2 2v5.5a2 2 0 0 1 -2 2h-10a2 2 0 0 1 -2 -2v-5.5a2 2 0 0 1 2 -2zM8 10.5V8a4 4 0 0 1 8 0v2.5',
  offline: 'M4 4l16 16M9 6.7A6 6 0 0 1 17.6 11H18a4 4 0 0 1 2.8 6.8M15.5 19H7a4.5 4.5 0 0 1-.7-8.9',
  plus: 'M12 5v14M5 12h14',
  send: 'M20.5 3.5 10 14M20.5 3.5 14 20.5l-4-6.5-6.5-4z',
  share: 'M12 15V4M8 7.5 12 3.5l4 4M6 11.5v8h12v-8',
  user: 'M8 8.5a4 4 0 1 0 8 0a4 4 0 1 0 -8 0zM4.5 20.5c.7-4 3.7-6 7.5-6s6.8 2 7.5 6',
  x: 'm6 6 12 12M18 6 6 18',
} as const

addIcons(moreIcons)
