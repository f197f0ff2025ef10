import { shallowRef } from 'vue'

/** A newer version has come and waits for somebody's word. */
export const fresh = shallowRef<ServiceWorker | null>(null)

interface Policies {
  createPolicy: (name: string, rules: { createScriptURL: (url: string) => string }) => { createScriptURL: (url: string) => string }
}

/** The address of a worker is one of those that the page's policy wants vouched for, under this one name. */
function vouched(url: string): string {
  const { trustedTypes } = globalThis as { trustedTypes?: Policies }
  return trustedTypes ? trustedTypes.createPolicy('wishlight', { createScriptURL: (one) => one }).createScriptURL(url) : url
}

let registered = false

/** So that the collectors' pages open without a network. Only https and localhost have it; the development server does not. */
export async function registerWorker(): Promise<void> {
  const { serviceWorker } = navigator as Partial<Navigator>
  if (registered || !serviceWorker || import.meta.env.DEV) return
  registered = true
  installable()
  const registration = await serviceWorker.register(vouched(`${import.meta.env.BASE_URL}sw.js`))
  // The first one is no news.
  const told = (): void => {
    if (serviceWorker.controller) fresh.value = registration.waiting
  }
  told()
  registration.addEventListener('updatefound', () => registration.installing?.addEventListener('statechange', told))
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') void registration.update().catch(() => {})
  })
}

/** Pressed by a person, who has nothing unsaved open. */
export function takeFresh(): void {
  navigator.serviceWorker.addEventListener('controllerchange', () => window.location.reload(), { once: true })
  fresh.value?.postMessage('take over')
}

/** Only where somebody works: a guest on the wall does not fetch it. */
function installable(): void {
  for (const [rel, href] of [['manifest', 'manifest.webmanifest'], ['apple-touch-icon', 'lamp-192.png']] as const) {
    document.head.append(Object.assign(document.createElement('link'), { rel, href: import.meta.env.BASE_URL + href }))
  }
}
