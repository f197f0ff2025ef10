import { computed, reactive, watch } from 'vue'

export type Locale = 'zh' | 'en'
export type Mode = 'elder' | 'dark' | 'contrast'

interface Kept {
  elder?: boolean
  dark?: boolean
  contrast?: boolean
  locale?: Locale
}

// Kept per device, not per account: the eyes in front of the screen count. public/before-paint.js reads the same key.
const KEY = 'prefs'
const root = document.documentElement

const kept: Kept = read()
const state = reactive<Record<Mode, boolean> & { locale: Locale }>({
  elder: root.classList.contains('elder'),
  dark: root.classList.contains('dark'),
  contrast: root.classList.contains('contrast'),
  locale: root.lang === 'en' ? 'en' : 'zh',
})

export const prefs: Readonly<typeof state> = state
export const locale = computed(() => state.locale)

const tags = { zh: 'zh-CN', en: 'en' } as const
/** As HTTP and Intl name it. */
export const currentLocale = (): 'zh-CN' | 'en' => tags[state.locale]

export function toggleMode(mode: Mode): void {
  state[mode] = !state[mode]
  keep({ [mode]: state[mode] })
}

export function setLocale(to: Locale): void {
  state.locale = to
  keep({ locale: to })
}

watch(
  state,
  () => {
    for (const mode of ['elder', 'dark', 'contrast'] as const) root.classList.toggle(mode, state[mode])
    root.lang = currentLocale()
  },
  { flush: 'sync' },
)

function read(): Kept {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(KEY) ?? '{}')
    return typeof value === 'object' && value !== null ? value : {}
  } catch {
    return {}
  }
}

function keep(change: Kept): void {
  Object.assign(kept, change)
  try {
    localStorage.setItem(KEY, JSON.stringify(kept))
  } catch {
    // A private window: the choice lasts as long as the page.
  }
}
