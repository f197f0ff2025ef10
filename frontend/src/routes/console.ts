import type { RouteRecordRaw } from 'vue-router'
import type { Role } from '@/domain/types'

const all: readonly Role[] = ['collector', 'reviewer', 'coordinator', 'admin', 'auditor']

/** The workers' rooms. Those with `nav` stand in the rail, in this order, for whoever has one of the roles. */
export const rooms: RouteRecordRaw[] = [
  { path: '', name: 'today', component: () => import('@/features/console/TodayPage.vue'), meta: { titleKey: 'today', roles: all, nav: { icon: 'list' } } },
]

export const consoleRoutes: RouteRecordRaw[] = [
  { path: '/console', component: () => import('@/layouts/ConsoleLayout.vue'), children: rooms },
]
