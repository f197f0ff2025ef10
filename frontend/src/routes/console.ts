import type { RouteComponent, RouteRecordRaw } from 'vue-router'
import type { Role } from '@/domain/types'
import type { Queue } from '@/domain/work/queue'
import PublicLayout from '@/layouts/PublicLayout.vue'
import { hasRole } from '@/session/session'
import { addTitles } from './messages'
import { workTitles } from './workTitles'

addTitles(() => workTitles.value)

const all: readonly Role[] = ['collector', 'reviewer', 'coordinator', 'admin', 'auditor']
const officer: readonly Role[] = ['child_officer']
const checkers: readonly Role[] = ['reviewer', 'coordinator', 'admin', 'auditor']
const planners: readonly Role[] = ['coordinator', 'admin', 'auditor']
const staff: readonly Role[] = ['collector', 'reviewer', 'coordinator', 'admin']

type Load = () => Promise<RouteComponent>
const wish: Load = () => import('@/features/console/WishPanel.vue')

/** A queue of the desk, with nothing chosen and with one job of it. The rooms are put together here: none knows another. */
function queue(name: Queue, job: Load): RouteRecordRaw[] {
  const meta = { titleKey: 'desk', queue: name } as const
  return [
    { path: name, name: `queue-${name}`, component: () => import('@/features/console/NothingChosen.vue'), meta },
    { path: `${name}/:id`, name: `job-${name}`, component: job, props: true, meta },
  ]
}

const sheet = (path: string, component: Load): RouteRecordRaw => ({ path, name: `work-${path}`, component, props: true, meta: { titleKey: 'work' } })

/** The workers' rooms. Those with `nav` stand in the rail, in this order, for whoever has one of the roles. */
export const rooms: RouteRecordRaw[] = [
  {
    path: 'today',
    name: 'day',
    component: () => import('@/features/tasks/DayPage.vue'),
    meta: { titleKey: 'today', roles: staff, nav: { icon: 'clock' } },
  },
  {
    path: '',
    name: 'today',
    component: () => import('@/features/console/TodayPage.vue'),
    // An officer has a desk of their own, and no queue.
    beforeEnter: () => hasRole(all) || { name: 'approvals' },
    meta: { titleKey: 'desk', roles: [...all, ...officer], nav: { icon: 'list', roles: all }, queue: 'review' },
    children: [
      ...queue('review', () => import('@/features/review/ReviewPanel.vue')),
      ...queue('escalations', () => import('@/features/escalations/EscalationPanel.vue')),
      ...queue('dispatch', () => import('@/features/dispatch/DispatchPanel.vue')),
      ...queue('confirm', () => import('@/features/confirm/ConfirmPanel.vue')),
      ...queue('overdue', wish),
      ...queue('red', wish),
      ...queue('drafts', wish),
      ...queue('search', wish),
    ],
  },
  {
    path: '/collect',
    name: 'collect',
    component: () => import('@/features/collect/CollectPage.vue'),
    props: ({ query }) => ({ mend: query['mend'] }),
    meta: { titleKey: 'collect', roles: staff, nav: { icon: 'edit' } },
  },
  {
    path: '/collect/outbox',
    name: 'outbox',
    component: () => import('@/features/collect/OutboxPage.vue'),
    meta: { titleKey: 'outbox', roles: staff, nav: { icon: 'send' } },
  },
  {
    path: 'wishes/:id',
    name: 'work',
    component: () => import('@/features/console/WorkPage.vue'),
    props: true,
    meta: { titleKey: 'work', roles: all },
    children: [
      sheet('escalate', () => import('@/features/escalations/EscalateSheet.vue')),
      sheet('card', () => import('@/features/confirm/CardSheet.vue')),
      sheet('feedback', () => import('@/features/confirm/FeedbackSheet.vue')),
    ],
  },
  {
    path: 'wishes/:id/edit',
    name: 'work-edit',
    component: () => import('@/features/collect/EditPage.vue'),
    props: true,
    meta: { titleKey: 'edit', roles: staff },
  },
  {
    path: 'plans',
    name: 'plans',
    component: () => import('@/features/plans/PlansPage.vue'),
    meta: { titleKey: 'plans', roles: planners, nav: { icon: 'send' } },
  },
  {
    path: 'plans/:id',
    name: 'plan',
    component: () => import('@/features/plans/PlanPage.vue'),
    props: true,
    meta: { titleKey: 'plans', roles: planners },
  },
  { path: 'emergency', name: 'emergencies', component: () => import('@/features/emergency/CallsPage.vue'), meta: { titleKey: 'emergencies', roles: planners, nav: { icon: 'warn' } } },
  { path: 'emergency/new', name: 'emergency-new', component: () => import('@/features/emergency/NewCallPage.vue'), meta: { titleKey: 'emergencies', roles: ['coordinator', 'admin'] } },
  { path: 'emergency/:id/more', name: 'emergency-more', component: () => import('@/features/emergency/MorePage.vue'), props: true, meta: { titleKey: 'emergencies', roles: ['coordinator', 'admin'] } },
  { path: 'emergency/:id', name: 'emergency', component: () => import('@/features/emergency/CallPage.vue'), props: true, meta: { titleKey: 'emergencies', roles: planners } },
  {
    path: 'campaigns',
    name: 'desk-campaigns',
    component: () => import('@/features/campaigns/DeskPage.vue'),
    meta: { titleKey: 'campaigns', roles: planners, nav: { icon: 'flag' } },
  },
  {
    path: 'campaigns/:id',
    name: 'desk-campaign',
    component: () => import('@/features/campaigns/DeskCampaign.vue'),
    props: true,
    meta: { titleKey: 'campaigns', roles: planners },
  },
  {
    path: 'posts',
    name: 'desk-posts',
    component: () => import('@/features/posts/DeskPosts.vue'),
    meta: { titleKey: 'posts', roles: all, nav: { icon: 'days' } },
  },
  {
    path: 'posts/:id',
    name: 'desk-post',
    component: () => import('@/features/posts/DeskPost.vue'),
    props: true,
    meta: { titleKey: 'posts', roles: all },
  },
  {
    path: 'posts/:id/shifts/:shift',
    name: 'post-sheet',
    component: () => import('@/features/posts/SheetPage.vue'),
    props: true,
    meta: { titleKey: 'posts', roles: all },
  },
  {
    path: 'imports',
    name: 'imports',
    component: () => import('@/features/imports/ImportsPage.vue'),
    meta: { titleKey: 'imports', roles: staff, nav: { icon: 'down' } },
  },
  {
    path: 'imports/:id',
    name: 'import',
    component: () => import('@/features/imports/ImportPage.vue'),
    props: true,
    meta: { titleKey: 'imports', roles: staff },
  },
  {
    path: 'exports',
    name: 'exports',
    component: () => import('@/features/exports/ExportsPage.vue'),
    meta: { titleKey: 'exports', roles: all, nav: { icon: 'share' } },
  },
  {
    path: 'exports/:id',
    name: 'export',
    component: () => import('@/features/exports/ExportPage.vue'),
    props: true,
    meta: { titleKey: 'exports', roles: all },
  },
  {
    path: 'residents',
    name: 'residents',
    component: () => import('@/features/residents/ResidentsPage.vue'),
    meta: { titleKey: 'residents', roles: all, nav: { icon: 'people' } },
  },
  {
    path: 'residents/:id',
    name: 'resident',
    component: () => import('@/features/residents/ResidentPage.vue'),
    props: true,
    meta: { titleKey: 'resident', roles: all },
  },
  {
    path: 'residents/:id/copy',
    name: 'resident-copy',
    component: () => import('@/features/residents/copy/CopyPage.vue'),
    props: true,
    meta: { titleKey: 'copy', roles: staff },
  },
  {
    path: 'pairings',
    name: 'pairings',
    component: () => import('@/features/pairings/PairingsPage.vue'),
    meta: { titleKey: 'pairings', roles: all, nav: { icon: 'hand', roles: ['coordinator', 'admin'] } },
  },
  {
    path: 'pairings/:id',
    name: 'pairing',
    component: () => import('@/features/pairings/PairingPage.vue'),
    props: ({ params }) => ({ id: params['id'], desk: true }),
    meta: { titleKey: 'pairings', roles: all },
  },
  {
    path: 'referrals',
    name: 'referrals',
    component: () => import('@/features/referrals/ReferralsPage.vue'),
    meta: { titleKey: 'referrals', roles: all, nav: { icon: 'send', roles: staff } },
  },
  {
    path: 'referrals/:id',
    name: 'referral',
    component: () => import('@/features/referrals/ReferralPage.vue'),
    props: true,
    meta: { titleKey: 'referrals', roles: all },
  },
  {
    path: 'claimants',
    name: 'claimants',
    component: () => import('@/features/claimants/ClaimantsPage.vue'),
    meta: { titleKey: 'claimants', roles: all, nav: { icon: 'user', roles: planners } },
  },
  {
    path: 'claimants/:id',
    name: 'claimant',
    component: () => import('@/features/claimants/ClaimantPage.vue'),
    props: ({ params }) => ({ id: params['id'], desk: true }),
    meta: { titleKey: 'claimants', roles: all },
  },
  {
    path: 'figures/:id?',
    name: 'figures',
    component: () => import('@/features/figures/FiguresPage.vue'),
    props: true,
    meta: { titleKey: 'figures', roles: all, nav: { icon: 'chart' } },
  },
  {
    path: 'signals/:id',
    name: 'signals',
    component: () => import('@/features/signals/SignalsPage.vue'),
    props: true,
    meta: { titleKey: 'signals', roles: checkers },
  },
  {
    path: 'duties',
    name: 'duties',
    component: () => import('@/features/duties/DutiesPage.vue'),
    meta: { titleKey: 'duties', roles: planners, nav: { icon: 'cal' } },
  },
  {
    path: 'duties/:id',
    name: 'duty',
    component: () => import('@/features/duties/DutyPage.vue'),
    props: ({ params }) => ({ id: params['id'], desk: true }),
    meta: { titleKey: 'duties', roles: planners },
  },
  {
    path: 'pools',
    name: 'pools',
    component: () => import('@/features/pools/PoolsPage.vue'),
    meta: { titleKey: 'pools', roles: planners, nav: { icon: 'coin' } },
  },
  {
    path: 'pools/:id',
    name: 'pool',
    component: () => import('@/features/pools/PoolPage.vue'),
    props: true,
    meta: { titleKey: 'pools', roles: planners },
  },
  { path: 'pools/:id/statements', name: 'statements', component: () => import('@/features/statements/StatementsPage.vue'), props: true, meta: { titleKey: 'statements', roles: planners } },
  { path: 'statements/:id', name: 'statement', component: () => import('@/features/statements/StatementPage.vue'), props: true, meta: { titleKey: 'statements', roles: planners } },
  {
    path: 'honours',
    name: 'honours',
    component: () => import('@/features/honours/HonoursPage.vue'),
    meta: { titleKey: 'honours', roles: planners, nav: { icon: 'check' } },
  },
  {
    path: 'applications',
    name: 'applications',
    component: () => import('@/features/circle/ApplicationsPage.vue'),
    meta: { titleKey: 'applications', roles: planners, nav: { icon: 'plus' } },
  },
  {
    path: 'applications/:id',
    name: 'application',
    component: () => import('@/features/circle/ApplicationPage.vue'),
    props: true,
    meta: { titleKey: 'applications', roles: planners },
  },
  {
    path: 'approvals',
    name: 'approvals',
    component: () => import('@/features/approvals/ApprovalsPage.vue'),
    meta: { titleKey: 'approvals', roles: officer, nav: { icon: 'lock' } },
  },
  {
    path: 'audit',
    name: 'audit',
    component: () => import('@/features/audit/AuditPage.vue'),
    meta: { titleKey: 'audit', roles: ['admin', 'auditor'], nav: { icon: 'eye' } },
  },
  {
    path: 'audit/pack',
    name: 'audit-pack',
    component: () => import('@/features/audit/pack/PackPage.vue'),
    meta: { titleKey: 'pack', roles: ['admin', 'auditor'] },
  },
  {
    path: 'retention',
    name: 'retention',
    component: () => import('@/features/retention/RetentionPage.vue'),
    meta: { titleKey: 'retention', roles: ['admin', 'auditor'], nav: { icon: 'clock' } },
  },
  {
    path: 'jobs',
    name: 'jobs',
    component: () => import('@/features/jobs/JobsPage.vue'),
    meta: { titleKey: 'jobs', roles: ['admin', 'auditor'], nav: { icon: 'sync' } },
  },
  {
    path: 'organisations/:id?',
    name: 'organisations',
    component: () => import('@/features/organisations/OrganisationsPage.vue'),
    props: true,
    meta: { titleKey: 'organisations', roles: ['admin'], nav: { icon: 'tree' } },
  },
  {
    path: 'calendar',
    name: 'calendar',
    component: () => import('@/features/calendar/CalendarPage.vue'),
    meta: { titleKey: 'calendar', roles: ['admin'], nav: { icon: 'days' } },
  },
]

export const consoleRoutes: RouteRecordRaw[] = [
  { path: '/console', component: () => import('@/layouts/ConsoleLayout.vue'), children: rooms },
  {
    path: '/campaigns',
    component: PublicLayout,
    children: [
      { path: '', name: 'campaigns', component: () => import('@/features/campaigns/CampaignsPage.vue'), meta: { titleKey: 'campaigns' } },
      { path: ':id', name: 'campaign', component: () => import('@/features/campaigns/CampaignPage.vue'), props: true, meta: { titleKey: 'campaigns' } },
      { path: ':id/poster', name: 'campaign-poster', component: () => import('@/features/campaigns/PosterPage.vue'), props: true, meta: { titleKey: 'campaigns' } },
    ],
  },
  {
    path: '/certificates',
    component: PublicLayout,
    children: [
      { path: ':code?', name: 'certificate', component: () => import('@/features/honours/CheckPage.vue'), props: true, meta: { titleKey: 'certificate' } },
      { path: ':code/print', name: 'certificate-sheet', component: () => import('@/features/honours/SheetPage.vue'), props: true, meta: { titleKey: 'certificate' } },
    ],
  },
  {
    path: '/pools/:id',
    component: PublicLayout,
    children: [{ path: '', name: 'pool-books', component: () => import('@/features/pools/BooksPage.vue'), props: true, meta: { titleKey: 'pools' } }],
  },
  {
    path: '/posts',
    component: PublicLayout,
    children: [
      { path: '', name: 'posts', component: () => import('@/features/posts/PostsPage.vue'), meta: { titleKey: 'posts' } },
      { path: ':id', name: 'post', component: () => import('@/features/posts/PostPage.vue'), props: true, meta: { titleKey: 'posts' } },
    ],
  },
  {
    path: '/join',
    component: PublicLayout,
    children: [
      { path: '', name: 'join', component: () => import('@/features/circle/JoinPage.vue'), meta: { titleKey: 'join' } },
      { path: ':id', name: 'apply', component: () => import('@/features/circle/ApplyPage.vue'), props: true, meta: { titleKey: 'join' } },
    ],
  },
  {
    path: '/print',
    component: () => import('@/features/prints/PrintFrame.vue'),
    children: [
      { path: 'wishes', name: 'print-wishes', component: () => import('@/features/prints/PosterPage.vue'), meta: { titleKey: 'poster' } },
      { path: 'cards', name: 'print-cards', component: () => import('@/features/prints/CardsPage.vue'), meta: { titleKey: 'cards', roles: staff } },
      { path: 'round', name: 'print-round', component: () => import('@/features/prints/RoundPage.vue'), meta: { titleKey: 'round', roles: 'signed-in' } },
    ],
  },
  {
    path: '/account',
    component: PublicLayout,
    children: [
      { path: '', name: 'account', component: () => import('@/features/account/AccountPage.vue'), meta: { titleKey: 'account', roles: 'signed-in' } },
      { path: 'tasks', name: 'tasks', component: () => import('@/features/tasks/TasksPage.vue'), meta: { titleKey: 'tasks', roles: 'signed-in' } },
      { path: 'emergency/:id', name: 'appeal', component: () => import('@/features/emergency/AppealPage.vue'), props: true, meta: { titleKey: 'emergencies', roles: 'signed-in' } },
      { path: 'sign-ups', name: 'sign-ups', component: () => import('@/features/posts/SignUpsPage.vue'), meta: { titleKey: 'signUps', roles: 'signed-in' } },
      { path: 'pairings/:id', name: 'my-pairing', component: () => import('@/features/pairings/PairingPage.vue'), props: true, meta: { titleKey: 'pairings', roles: 'signed-in' } },
      { path: 'claimants/:id', name: 'my-claimant', component: () => import('@/features/claimants/ClaimantPage.vue'), props: true, meta: { titleKey: 'claimants', roles: 'signed-in' } },
      { path: 'duties/:id', name: 'my-duty', component: () => import('@/features/duties/DutyPage.vue'), props: true, meta: { titleKey: 'duties', roles: 'signed-in' } },
      { path: 'password', name: 'password', component: () => import('@/features/account/PasswordPage.vue'), meta: { titleKey: 'password', roles: 'signed-in' } },
      { path: 'second-factor', name: 'second-factor', component: () => import('@/features/account/SecondFactorPage.vue'), meta: { titleKey: 'secondFactor', roles: 'signed-in' } },
    ],
  },
]
