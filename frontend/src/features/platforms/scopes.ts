import type { BodyOf } from '@/api/shapes'

export type Scope = BodyOf<'/api/v1/organisations/{id}/platforms', 'post'>['scopes'][number]
export const SCOPES: readonly Scope[] = ['wishes:read', 'events:read', 'webhooks:manage', 'donations:write', 'claims:write']

/** Networks as they are typed: apart by white space or commas of either script. */
export const networksOf = (typed: string): string[] => typed.split(/[\s,，、;；]+/).filter(Boolean)
