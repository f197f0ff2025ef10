import { nextTick } from 'vue'
import { createRouter, createWebHistory, type RouteLocationNormalized, type RouteRecordRaw } from 'vue-router'
import { messagesReady } from '@/i18n'
import { titleOf, titles } from '@/routes/messages'
import { publicRoutes } from '@/routes/public'
import { hasRole, isSignedIn, me } from '@/session/session'
import { isDesk } from '@/ui/desk'

const PASSWORD = '/account/password'

// The workers' rooms, the account and their addresses come when somebody first goes there: the wall does without them.
const door: RouteRecordRaw = {
  path: '/:door(console|collect|account|campaigns|certificates|pools|posts|join|print)/:rest(.*)*',
  name: 'door',
  component: { render: () => null },
  beforeEnter: (to) => openConsole(to.fullPath),
}

async function openConsole(path: string): Promise<string> {
  const { consoleRoutes } = await import('@/routes/console')
  router.removeRoute('door')
  for (const route of consoleRoutes) router.addRoute(route)
  return path
}

export const router = createRouter({
  history: createWebHistory(import.meta.env.BASE_URL),
  routes: [door, ...publicRoutes],
  scrollBehavior(to, from, saved) {
    if (saved) return saved
    if (to.hash) return { el: to.hash, top: 16 }
    return isSamePage(to, from) ? false : { top: 0 }
  },
})

router.beforeEach(async (to) => {
  const { roles } = to.meta
  if (roles && !(await isSignedIn())) return { name: 'login', query: { next: to.fullPath } }
  // Until it is changed nothing else opens.
  if (me.value?.password_change_required && to.path !== PASSWORD) return PASSWORD
  return !roles || roles === 'signed-in' || hasRole(roles) || { name: 'not-allowed' }
})

// The room's code has arrived by now, and with it what it wants to say; nothing is shown in the wrong language first.
router.beforeResolve(() => messagesReady())

router.afterEach(async (to, from, failure) => {
  if (failure) return
  if (to.meta.titleKey) nameThePage(titleOf(to.meta.titleKey))
  if (!from.name || isSamePage(to, from)) return
  // A new page is a new page for a screen reader too: reading starts at its beginning.
  await nextTick()
  document.querySelector<HTMLElement>('#main')?.focus({ preventScroll: true })
})

// A new version was published while this page was open, and its old pieces are gone: take the new one.
router.onError((error: unknown, to) => {
  if (error instanceof TypeError && /import|fetch/i.test(error.message)) window.location.assign(to.fullPath)
})

export function nameThePage(name: string): void {
  document.title = `${name} · ${titles.value.product}`
}

/** Filters and the claim sheet change the address, not the page. */
function isSamePage(to: RouteLocationNormalized, from: RouteLocationNormalized): boolean {
  // On the desk the next job comes into the pane beside the list, which keeps its place and its focus.
  if (to.meta.queue && from.meta.queue && isDesk()) return true
  const page = (route: RouteLocationNormalized): unknown => route.matched[1]?.path ?? route.path
  return page(to) === page(from) && to.params['id'] === from.params['id']
}
