import { infiniteQueryOptions, queryOptions } from '@tanstack/vue-query'
import { api, unwrap } from '@/api/client'
import type { IntentHeaders } from '@/api/intent'
import type { components } from '@/api/schema'
import type { BodyOf } from '@/api/shapes'
import { queries } from '@/data/cache'

type Schemas = components['schemas']
export type Call = Schemas['EmergencyCall']
export type Household = Schemas['CalledHousehold']
export type Standing = Schemas['HouseholdStanding']
export type Whom = Schemas['CalledClaimants']
export type CallInput = BodyOf<'/api/v1/emergency-calls', 'post'>
export type MoreInput = BodyOf<'/api/v1/emergency-calls/{id}/wishes', 'post'>

/** From the worst to the best, as everywhere. */
export const STANDINGS = ['nobody', 'asked', 'partly', 'claimed', 'delivered', 'served', 'ended'] as const satisfies readonly Standing[]

/** So many wishes go into one call. */
const MOST = 500

export const callsQuery = () =>
  infiniteQueryOptions({
    queryKey: ['emergency', 'all'],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => unwrap(api.GET('/api/v1/emergency-calls', { params: { query: { limit: 20, cursor: pageParam } }, signal })),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  })

export const callQuery = (id: string) =>
  queryOptions({
    queryKey: ['emergency', 'one', id],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/emergency-calls/{id}', { params: { path: { id } }, signal })),
  })

const householdsPage = (id: string, standing: Standing | undefined, limit: number, cursor?: string, signal?: AbortSignal) =>
  unwrap(api.GET('/api/v1/emergency-calls/{id}/households', { params: { path: { id }, query: { standing, limit, cursor } }, signal }))

export const householdsQuery = (id: string, standing: Standing) =>
  infiniteQueryOptions({
    queryKey: ['emergency', 'households', id, standing],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => householdsPage(id, standing, 50, pageParam, signal),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  })

/** The wishes of all households that stand so; of all of them where nothing is said. */
async function wishesOf(id: string, standing?: Standing) {
  const wishes: Household['wishes'] = []
  let cursor: string | undefined
  do {
    const page = await householdsPage(id, standing, 100, cursor)
    wishes.push(...page.items.flatMap((household) => household.wishes))
    cursor = page.next_cursor ?? undefined
  } while (cursor !== undefined)
  return wishes
}

/** What is in a call. */
export const heldQuery = (id: string) =>
  queryOptions({
    queryKey: ['emergency', 'held', id],
    queryFn: async () => new Set((await wishesOf(id)).map((wish) => wish.id)),
  })

/** What may go into a call: of an organisation and those below, to review or under way. The oldest first. */
export const candidatesQuery = (holder_id: string) =>
  queryOptions({
    queryKey: ['emergency', 'candidates', holder_id],
    queryFn: async ({ signal }) => {
      const found = []
      let cursor: string | undefined
      do {
        const query = { holder_id, status: 'submitted,open,claimed,delivered', limit: 100, cursor }
        const page = await unwrap(api.GET('/api/v1/wishes', { params: { query }, signal }))
        found.push(...page.items)
        cursor = page.next_cursor ?? undefined
      } while (cursor !== undefined && found.length < MOST)
      return { wishes: found.reverse(), more: cursor !== undefined }
    },
  })

export const circlesQuery = (q: string) =>
  queryOptions({
    queryKey: ['organisations', 'circles', q],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/organisations', { params: { query: { q, limit: 10 } }, signal })),
  })

/** The calls that ask for one of my claimants. */
export const appealsQuery = () =>
  queryOptions({
    queryKey: ['emergency', 'appeals'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/me/emergency-calls', { signal })),
  })

export const calledWishesQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: ['emergency', 'wishes', id],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      unwrap(api.GET('/api/v1/emergency-calls/{id}/wishes', { params: { path: { id }, query: { limit: 50, cursor: pageParam } }, signal })),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  })

async function act<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } finally {
    void queries.invalidateQueries({ queryKey: ['emergency'] })
  }
}

export const publish = (body: CallInput, headers: IntentHeaders) => act(unwrap(api.POST('/api/v1/emergency-calls', { body, headers })))

export const add = (id: string, body: MoreInput, headers: IntentHeaders) => act(unwrap(api.POST('/api/v1/emergency-calls/{id}/wishes', { params: { path: { id } }, body, headers })))

export const close = (id: string, reason: string, headers: IntentHeaders) =>
  act(unwrap(api.POST('/api/v1/emergency-calls/{id}/close', { params: { path: { id } }, body: { reason }, headers })))

/** A plan for all that nobody took on of the households that stand so; it is looked at before it is sent. */
export async function planFor(call: Call, standing: Standing, title: string, headers: IntentHeaders) {
  const open = (await wishesOf(call.id, standing)).filter(({ status }) => status === 'open')
  const wish_ids = open.map(({ id }) => id)
  return unwrap(api.POST('/api/v1/plans', { body: { organisation_id: call.organisation.id, title, wish_ids, whole_households: true, balance: 'even' }, headers }))
}
