import { queryOptions } from '@tanstack/vue-query'
import { api, ifMatch, unwrap } from '@/api/client'
import type { IntentHeaders } from '@/api/intent'
import type { components } from '@/api/schema'
import type { BodyOf } from '@/api/shapes'
import { queries } from '@/data/cache'

type Schemas = components['schemas']

export type Comparison = Schemas['RecordComparison']
export type PersonField = Schemas['PersonField']
export type Merge = Schemas['Merge']
export type Belongings = Schemas['Belongings']
export type Distinction = Schemas['Distinction']
export type NewDistinction = Schemas['NewDistinction']
export type NewMerge = BodyOf<'/api/v1/beneficiaries/{id}/merges', 'post'>

/** Those of a place who may be one; with a resident, those who may be them. */
export const doublesQuery = (at: string, beneficiary_id?: string, told_apart = false) =>
  queryOptions({
    queryKey: ['beneficiaries', 'doubles', at, beneficiary_id, told_apart],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/organisations/{id}/doubles', { params: { path: { id: at }, query: { beneficiary_id, told_apart } }, signal })),
  })

export const comparisonQuery = (id: string, other_id: string) =>
  queryOptions({
    queryKey: ['beneficiaries', 'comparison', id, other_id],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/beneficiaries/{id}/comparison', { params: { path: { id }, query: { other_id } }, signal })),
  })

export const mergesQuery = (id: string) =>
  queryOptions({
    queryKey: ['beneficiaries', 'merges', id],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/beneficiaries/{id}/merges', { params: { path: { id } }, signal })).then(({ items }) => items),
  })

/** What somebody agreed to decides what stands on the wall, so wishes are asked for again, too. Two who are one are no more compared. */
function changed(): void {
  void queries.invalidateQueries({ queryKey: ['beneficiaries', 'comparison'], refetchType: 'none' })
  void queries.invalidateQueries({ predicate: ({ queryKey: [of, what] }) => of === 'wishes' || (of === 'beneficiaries' && what !== 'comparison') })
}

/** Over both versions that were seen: nobody merges somebody other than they compared. */
export async function mergeResidents(id: string, version: number, body: NewMerge, headers: IntentHeaders): Promise<Merge> {
  const made = await unwrap(api.POST('/api/v1/beneficiaries/{id}/merges', { params: { path: { id } }, body, headers: { ...headers, ...ifMatch(version) } }))
  changed()
  return made
}

export const undoMerge = ({ id, version }: Merge, headers: IntentHeaders): Promise<Merge> =>
  unwrap(api.POST('/api/v1/merges/{id}/undo', { params: { path: { id } }, body: {}, headers: { ...headers, ...ifMatch(version) } })).finally(changed)

/** Two who were told apart are still compared, by whoever takes that back. */
const told = (): void => void queries.invalidateQueries({ queryKey: ['beneficiaries'] })

export const tellApart = (id: string, body: NewDistinction, headers: IntentHeaders): Promise<Distinction> =>
  unwrap(api.POST('/api/v1/beneficiaries/{id}/distinctions', { params: { path: { id } }, body, headers })).finally(told)

export const undoDistinction = ({ id, version }: Distinction, headers: IntentHeaders): Promise<Distinction> =>
  unwrap(api.POST('/api/v1/distinctions/{id}/undo', { params: { path: { id } }, body: {}, headers: { ...headers, ...ifMatch(version) } })).finally(told)

/** The same wish twice: the one is taken back with a reason that names the other. */
export const withdrawDouble = (id: string, reason: string, headers: IntentHeaders): Promise<unknown> =>
  unwrap(api.POST('/api/v1/wishes/{id}/withdraw', { params: { path: { id } }, body: { reason }, headers })).finally(changed)
