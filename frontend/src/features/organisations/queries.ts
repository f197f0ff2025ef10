import { infiniteQueryOptions, queryOptions } from '@tanstack/vue-query'
import { api, ifMatch, unwrap } from '@/api/client'
import type { IntentHeaders } from '@/api/intent'
import type { components } from '@/api/schema'
import type { BodyOf } from '@/api/shapes'
import { queries } from '@/data/cache'
import type { Organisation } from '@/domain/types'
import type { PolicyInput } from './days'

// A county has some hundreds of organisations; a province would need a tree that opens level by level.
const PAGES = 20

async function subtree(root_id: string, signal: AbortSignal): Promise<Organisation[]> {
  const all: Organisation[] = []
  let cursor: string | undefined
  for (let page = 0; page < PAGES; page += 1) {
    const answer: { items: Organisation[]; next_cursor?: string | null } = await unwrap(
      api.GET('/api/v1/organisations', { params: { query: { root_id, limit: 100, cursor } }, signal }),
    )
    all.push(...answer.items)
    if (!answer.next_cursor) break
    cursor = answer.next_cursor
  }
  return all
}

/** Everything at and below the organisations that somebody administers. */
export const subtreesQuery = (roots: readonly string[]) =>
  queryOptions({
    queryKey: ['organisations', 'subtrees', roots],
    queryFn: async ({ signal }) => {
      const lists = await Promise.all(roots.map((root) => subtree(root, signal)))
      return [...new Map(lists.flat().map((one) => [one.id, one])).values()]
    },
  })

const at = (id: string) => ({ path: { id } })

export const policyQuery = (id: string) =>
  queryOptions({
    queryKey: ['organisations', 'policy', id],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/organisations/{id}/policy', { params: at(id), signal })),
  })

export const policyChangesQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: ['organisations', 'policy-changes', id],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => unwrap(api.GET('/api/v1/organisations/{id}/policy/changes', { params: { ...at(id), query: { limit: 20, cursor: pageParam } }, signal })),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  })

export const membersQuery = (id: string) =>
  queryOptions({
    queryKey: ['organisations', 'members', id],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/organisations/{id}/members', { params: { ...at(id), query: { limit: 100 } }, signal })),
  })

async function acting<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } finally {
    void queries.invalidateQueries({ queryKey: ['organisations'] })
  }
}

export type NewOrganisation = BodyOf<'/api/v1/organisations', 'post'>
export type OrganisationPatch = BodyOf<'/api/v1/organisations/{id}', 'patch'>
export type NewMember = BodyOf<'/api/v1/organisations/{id}/members', 'post'>
export type NewCategory = BodyOf<'/api/v1/organisations/{id}/categories', 'post'>
export type Skill = components['schemas']['Skill']
export type NewSkill = BodyOf<'/api/v1/organisations/{id}/skills', 'post'>
export type SkillPatch = BodyOf<'/api/v1/organisations/{id}/skills/{word}', 'patch'>
export type Benefit = components['schemas']['Benefit']
export type CategoryPatch = BodyOf<'/api/v1/organisations/{id}/categories/{code}', 'patch'>

export const createOrganisation = (body: NewOrganisation, headers: IntentHeaders) => acting(unwrap(api.POST('/api/v1/organisations', { body, headers })))

export const updateOrganisation = (id: string, version: number, body: OrganisationPatch) =>
  acting(unwrap(api.PATCH('/api/v1/organisations/{id}', { params: { ...at(id), header: ifMatch(version) }, body })))

/** The policy counts its changes with its organisation. */
export const putPolicy = (id: string, version: number, body: PolicyInput) =>
  acting(unwrap(api.PUT('/api/v1/organisations/{id}/policy', { params: { ...at(id), header: ifMatch(version) }, body })))

export const addMember = (id: string, body: NewMember, headers: IntentHeaders) =>
  acting(unwrap(api.POST('/api/v1/organisations/{id}/members', { params: at(id), body, headers })))

// Whatever else has changed meanwhile, this role ends.
const whatever = { 'If-Match': '*' }

export const removeMember = (id: string, membership_id: string) =>
  acting(unwrap(api.DELETE('/api/v1/organisations/{id}/members/{membership_id}', { params: { path: { id, membership_id }, header: whatever } })))

/** For one who lost their telephone: they sign in with the password alone, and set it up anew. */
export const resetSecondFactor = (id: string, membership_id: string, headers: IntentHeaders) =>
  acting(unwrap(api.POST('/api/v1/organisations/{id}/members/{membership_id}/totp-reset', { params: { path: { id, membership_id } }, body: {}, headers })))

/** For one who forgot theirs: shown once, and good for nothing but its own change. */
export const resetPassword = (id: string, membership_id: string) =>
  acting(unwrap(api.POST('/api/v1/organisations/{id}/members/{membership_id}/password-reset', { params: { path: { id, membership_id } }, body: {} })))

/** Shut out, all sessions end; the roles stay for the day they are let in again. */
export const disableMember = (id: string, membership_id: string, headers: IntentHeaders) =>
  acting(unwrap(api.POST('/api/v1/organisations/{id}/members/{membership_id}/disable', { params: { path: { id, membership_id } }, body: {}, headers })))

export const enableMember = (id: string, membership_id: string, headers: IntentHeaders) =>
  acting(unwrap(api.POST('/api/v1/organisations/{id}/members/{membership_id}/enable', { params: { path: { id, membership_id } }, body: {}, headers })))

export const addCategory = (id: string, body: NewCategory, headers: IntentHeaders) =>
  acting(unwrap(api.POST('/api/v1/organisations/{id}/categories', { params: at(id), body, headers })))

export const updateCategory = (id: string, code: string, version: number, body: CategoryPatch) =>
  acting(unwrap(api.PATCH('/api/v1/organisations/{id}/categories/{code}', { params: { path: { id, code }, header: ifMatch(version) }, body })))

export const addSkill = (id: string, body: NewSkill, headers: IntentHeaders) =>
  acting(unwrap(api.POST('/api/v1/organisations/{id}/skills', { params: at(id), body, headers })))

export const updateSkill = (one: Skill, body: SkillPatch) =>
  acting(unwrap(api.PATCH('/api/v1/organisations/{id}/skills/{word}', { params: { path: { id: one.organisation_id, word: one.word }, header: ifMatch(one.version) }, body })))

/** Enters a benefit on an organisation's own list, or changes it there; `version` is that of the one that is changed, 0 where there is none. */
export const putBenefit = (id: string, { word, name_en, hint, office, sort, active }: Omit<Benefit, 'organisation_id'>, version: number) =>
  acting(unwrap(api.PUT('/api/v1/organisations/{id}/benefits/{word}', { params: { path: { id, word }, header: ifMatch(version) }, body: { name_en, hint, office, sort, active } })))
