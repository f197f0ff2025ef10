import type { RouteLocationRaw } from 'vue-router'

/** Those who may be one stand at the address of all residents: the routes come with every page of the desk, and are kept few. */
export const doubles: RouteLocationRaw = { name: 'residents', query: { doubles: 'all' } }
export const beside = (one: string, other: string): RouteLocationRaw => ({ name: 'residents', query: { doubles: `${one}_${other}` } })

/** The two that an address names. */
export function of(query: string): [string, string] | null {
  const [one, other] = query.split('_')
  return one && other ? [one, other] : null
}
