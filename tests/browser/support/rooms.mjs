// Every page there is, with who may see it. The addresses are those of the demo's own wishes and claims.
import { ask, tokenOf } from './api.mjs'
import { stated } from './statements.mjs'

const idOf = ({ items }, title) => items.find((one) => (one.title ?? one.wish_title ?? one.wish?.title).startsWith(title)).id

/** By person; each page by name. The English subset is of the pages that a guest and a worker meet first. */
export async function rooms(server) {
  const wall = await ask(server, 'wishes?limit=100')
  const [claims, asked, climbing, waiting, delivered, residents] = await Promise.all([
    tokenOf(server, 'manager').then((token) => ask(server, 'claims?mine=true', token)),
    tokenOf(server, 'centre').then((token) => ask(server, 'claims?mine=true', token)),
    tokenOf(server, 'coordinator').then((token) => ask(server, 'escalations?status=pending', token)),
    tokenOf(server, 'reviewer').then((token) => ask(server, 'wishes?status=submitted', token)),
    tokenOf(server, 'reviewer').then((token) => ask(server, 'claims?status=delivered', token)),
    tokenOf(server, 'admin').then((token) => ask(server, 'beneficiaries', token)),
  ])
  // Somebody waits for the officer's answer.
  const child = residents.items.find(({ approval_needed }) => approval_needed).id
  await ask(server, `beneficiaries/${child}/look-requests`, await tokenOf(server, 'coordinator'), { purpose: 'visit', reason: '约好周三上门' })
  const { circle, application } = await applied(server)
  const { claimants } = await ask(server, 'me', await tokenOf(server, 'manager'))
  const paired = await pair(server, residents.items)
  const campaign = (await ask(server, 'campaigns/public')).items[0].id
  const { items: certificates } = await ask(server, `claimants/${claimants[0].id}/certificates`, await tokenOf(server, 'manager'))
  const { code } = certificates[0]
  const duty = (await ask(server, 'duties', await tokenOf(server, 'coordinator'))).items[0].id
  const post = (await ask(server, 'posts')).items[0]
  const referral = (await ask(server, 'referrals', await tokenOf(server, 'coordinator'))).items[0].id
  const { pool, statement } = await stated(server)
  const emergency = (await ask(server, 'emergency-calls', await tokenOf(server, 'jiayuan'))).items[0].id
  const television = idOf(wall, '想有一台电视')
  const ramp = idOf(climbing, '轮椅出不了门')
  const light = idOf(wall, '楼道里想有一盏')
  return [
    {
      who: null,
      pages: {
        wall: '/',
        wish: `/wishes/${idOf(wall, '柑橘熟了')}`,
        'wish on the ladder': `/wishes/${television}`,
        'wish that is lit': `/wishes/${idOf(wall, '散步时')}`,
        'nothing found': '/?q=%E6%B2%A1%E6%9C%89%E8%BF%99%E4%B8%80%E4%B8%AA',
        login: '/login',
        about: '/about',
        campaigns: '/campaigns',
        campaign: `/campaigns/${campaign}`,
        poster: `/campaigns/${campaign}/poster`,
        'poster of wishes': '/print/wishes',
        'check a certificate': '/certificates',
        certificate: `/certificates/${code}`,
        'certificate on paper': `/certificates/${code}/print`,
        posts: '/posts',
        post: `/posts/${post.id}`,
        books: `/pools/${pool}`,
        join: '/join',
        apply: `/join/${circle}`,
        404: '/no-such-page',
        'not allowed': '/not-allowed',
      },
      english: ['wall', 'wish on the ladder', 'login', 'about', 'campaign', 'poster', 'poster of wishes', 'certificate', 'certificate on paper', 'books', 'join', 'apply', 'post'],
    },
    {
      who: 'manager',
      pages: { claim: `/wishes/${light}/claim`, 'all taken': `/wishes/${television}`, mine: '/mine', claimed: `/mine/${idOf(claims, '柑橘熟了')}`, account: '/account', tasks: '/account/tasks', 'campaign to join': `/campaigns/${campaign}`, password: '/account/password', 'second factor': '/account/second-factor', 'my pairing': `/account/pairings/${paired}`, 'my unit': `/account/claimants/${claimants[0].id}`, 'my duty': `/account/duties/${duty}`, 'delivery list': '/print/round', 'post to join': `/posts/${post.id}`, 'sign-ups': '/account/sign-ups' },
      english: ['claim', 'all taken', 'mine', 'my pairing', 'delivery list', 'claimed', 'account', 'tasks', 'second factor', 'post to join', 'sign-ups'],
    },
    { who: 'centre', pages: { asked: `/mine/${idOf(asked, '想有一台电视')}`, 'tasks of a claimant': '/account/tasks' }, english: ['tasks of a claimant'] },
    {
      who: 'reviewer',
      pages: {
        console: '/console',
        review: `/console/review/${idOf(waiting, '想找人说说话')}`,
        confirm: `/console/confirm/${idOf(delivered, '想有一张自己的书桌')}`,
        'wish for workers': `/console/wishes/${light}`,
        collect: '/collect',
        outbox: '/collect/outbox',
        'wish cards': '/print/cards',
      },
      english: ['review', 'wish cards', 'collect', 'outbox'],
    },
    {
      who: 'coordinator',
      pages: { figures: '/console/figures', signals: `/console/signals/${circle}`, imports: '/console/imports', exports: '/console/exports', escalation: `/console/escalations/${ramp}`, dispatch: `/console/dispatch/${light}`, today: '/console/today', plans: '/console/plans', 'campaigns at the desk': '/console/campaigns', 'campaign at the desk': `/console/campaigns/${campaign}`, 'tasks of staff': '/account/tasks', pairings: '/console/pairings', pairing: `/console/pairings/${paired}`, referrals: '/console/referrals', referral: `/console/referrals/${referral}`, honours: '/console/honours', pools: '/console/pools', pool: `/console/pools/${pool}`, statements: `/console/pools/${pool}/statements`, statement: `/console/statements/${statement}`, duties: '/console/duties', duty: `/console/duties/${duty}`, 'posts at the desk': '/console/posts', 'post at the desk': `/console/posts/${post.id}`, 'attendance sheet': `/console/posts/${post.id}/shifts/${post.shifts[0].id}` },
      english: ['escalation', 'figures', 'signals', 'imports', 'exports', 'today', 'plans', 'campaigns at the desk', 'campaign at the desk', 'pairings', 'pairing', 'referral', 'honours', 'pools', 'pool', 'statements', 'statement', 'duty', 'post at the desk', 'attendance sheet'],
    },
    {
      who: 'admin',
      pages: {
        organisations: '/console/organisations',
        calendar: '/console/calendar',
        residents: '/console/residents',
        resident: `/console/residents/${residents.items[0].id}`,
        child: `/console/residents/${child}`,
        copy: `/console/residents/${residents.items[0].id}/copy`,
        doubles: '/console/residents?doubles=all',
        compare: `/console/residents?doubles=${residents.items[0].id}_${residents.items[1].id}`,
        audit: '/console/audit',
        pack: '/console/audit/pack',
        retention: '/console/retention',
        jobs: '/console/jobs',
        claimants: '/console/claimants',
        claimant: `/console/claimants/${claimants[0].id}`,
        applications: '/console/applications',
        application: `/console/applications/${application}`,
      },
      english: ['organisations', 'calendar', 'resident', 'child', 'copy', 'audit', 'pack', 'retention', 'jobs', 'claimants', 'claimant', 'applications', 'application'],
    },
    { who: 'jiayuan', pages: { 'emergency calls': '/console/emergency', 'emergency call': `/console/emergency/${emergency}`, 'more for a call': `/console/emergency/${emergency}/more` }, english: ['emergency calls', 'emergency call', 'more for a call'] },
    { who: 'officer', pages: { approvals: '/console/approvals' }, english: ['approvals'] },
  ]
}

/** The district takes applications, and a unit asks to join. */
async function applied(server) {
  const admin = await tokenOf(server, 'admin')
  const circle = (await ask(server, 'me', admin)).memberships[0].organisation.id
  await ask(server, `circles/${circle}`, admin, { open: true }, 'PUT')
  const unit = {
    kind: 'unit', display_name: '巷口修理队', contact_name: '林小舟', contact: '0700 555 0101', capacity: 2,
    skills: ['电工', '家电'], region_codes: [], categories: ['skill'], note: '每月第一个周六都能来',
  }
  const { application } = await ask(server, `circles/${circle}/applications`, null, unit)
  return { circle, application: application.id }
}

/** The manager's unit visits somebody's household, and did so today. */
async function pair(server, residents) {
  const shares = ({ purpose, withdrawn_on }) => purpose === 'share_with_claimant' && !withdrawn_on
  const of = residents.find((one) => !one.is_minor && one.consents.some(shares))
  const manager = await tokenOf(server, 'manager')
  const { claimants } = await ask(server, 'me', manager)
  const proposal = { beneficiary_id: of.id, claimant_id: claimants[0].id, rhythm: { every: 1, unit: 'month' }, note: '老人想有人常来坐坐' }
  const { id, begun_on } = await ask(server, 'pairings', await tokenOf(server, 'coordinator'), proposal)
  await ask(server, `pairings/${id}/accept`, manager, {})
  await ask(server, `pairings/${id}/visits`, manager, { visited_on: begun_on, health: '血压稳了', benefits: '高龄津贴还没办' })
  return id
}

/** Until the page has said what it has to say. One that follows what happens keeps a line open, and says that it does. */
export async function settle(page) {
  await Promise.race([page.waitForLoadState('networkidle'), page.getByText('随时更新', { exact: true }).waitFor(), page.getByText('Follows what happens', { exact: true }).waitFor()])
  await page.waitForFunction(() => document.querySelector('h1') && !document.querySelector('.bone'))
}
