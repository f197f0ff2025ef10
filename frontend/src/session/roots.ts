import type { Me, Role } from '@/domain/types'
import { me } from './session'

/** The organisations in which somebody holds one of the roles, each once; a role reaches all below. */
export function rootsOf(roles: readonly Role[], person: Pick<Me, 'memberships'> | null = me.value as Me | null): string[] {
  const held = person?.memberships.filter(({ role }) => roles.includes(role)) ?? []
  return [...new Set(held.map(({ organisation }) => organisation.id))].toSorted()
}
