import type { RouteRecordRaw } from 'vue-router'
import PublicLayout from '@/layouts/PublicLayout.vue'

/** What anyone and any claimant sees. */
export const publicRoutes: RouteRecordRaw[] = [
  {
    path: '/',
    component: PublicLayout,
    children: [
      { path: '', name: 'wall', component: () => import('@/features/wall/WallPage.vue'), meta: { titleKey: 'wall', night: true } },
      {
        path: 'wishes/:id',
        name: 'wish',
        component: () => import('@/features/wish/WishPage.vue'),
        props: true,
        meta: { titleKey: 'wish', night: true },
        children: [
          {
            path: 'claim',
            name: 'wish-claim',
            component: () => import('@/features/claims/ClaimSheet.vue'),
            props: true,
            meta: { titleKey: 'wish', night: true, roles: 'signed-in' },
          },
        ],
      },
      { path: 'mine', name: 'mine', component: () => import('@/features/claims/MinePage.vue'), meta: { titleKey: 'mine', roles: 'signed-in' } },
      {
        path: 'mine/:id',
        name: 'claimed',
        component: () => import('@/features/claims/ClaimedPage.vue'),
        props: true,
        meta: { titleKey: 'claimed', roles: 'signed-in' },
      },
      { path: 'about', name: 'about', component: () => import('@/features/about/AboutPage.vue'), meta: { titleKey: 'about' } },
      { path: 'not-allowed', name: 'not-allowed', component: () => import('@/features/about/NotAllowedPage.vue'), meta: { titleKey: 'notAllowed' } },
      { path: ':path(.*)*', name: 'not-found', component: () => import('@/features/about/NotFoundPage.vue'), meta: { titleKey: 'notFound' } },
    ],
  },
  { path: '/login/:via(provider)?', name: 'login', component: () => import('@/features/account/LoginPage.vue'), meta: { titleKey: 'login' } },
]
