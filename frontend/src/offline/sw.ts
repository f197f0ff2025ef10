import { cleanupOutdatedCaches, matchPrecache, precacheAndRoute } from 'workbox-precaching'
import { NavigationRoute, registerRoute } from 'workbox-routing'

/**
 * Opens the collectors' pages without a network or a server. It keeps what the build lists (the shell and what a
 * collector needs), never an answer of the API, and takes over from an older one only when a person says so.
 */
declare const PRECACHE: { url: string; revision: string | null }[]

interface Worker {
  skipWaiting: () => Promise<void>
  clients: { claim: () => Promise<void> }
  addEventListener: (type: string, listen: (event: { data?: unknown; waitUntil: (work: Promise<unknown>) => void }) => void) => void
}
const worker = self as unknown as Worker

const CONFIG = 'wishlight-config'
const OTHERS = /^\/(?:api|swagger-ui|healthz|metrics)(?:\/|$)/
const COLLECT = /^\/collect(?:\/|$)/

cleanupOutdatedCaches()
// The wall's own address is never answered from here: what is new is to be seen there at once.
precacheAndRoute(PRECACHE, { directoryIndex: '', cleanURLs: false })

/** Any page of the network's; the collectors' at once from here; without an answer, theirs instead of nothing. */
registerRoute(
  new NavigationRoute(
    async ({ request, url }) => {
      if (COLLECT.test(url.pathname)) return (await matchPrecache('/index.html')) ?? fetch(request)
      const answer = await fetch(request).catch(() => null)
      return answer && answer.status < 500 ? answer : Response.redirect('/collect')
    },
    { denylist: [OTHERS] },
  ),
)

/** What the operator says of the installation: as new as can be had. */
registerRoute(
  ({ url, sameOrigin }) => sameOrigin && url.pathname === '/config.json',
  async ({ request }) => {
    const kept = await caches.open(CONFIG)
    const answer = await fetch(request).catch(() => null)
    if (!answer?.ok) return (await kept.match(request)) ?? answer ?? Response.error()
    await kept.put(request, answer.clone())
    return answer
  },
)

worker.addEventListener('install', (event) => event.waitUntil(caches.open(CONFIG).then((kept) => kept.add('/config.json').catch(() => {}))))
worker.addEventListener('activate', (event) => event.waitUntil(worker.clients.claim()))
worker.addEventListener('message', (event) => {
  if (event.data === 'take over') event.waitUntil(worker.skipWaiting())
})
