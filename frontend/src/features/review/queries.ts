import { queryOptions } from '@tanstack/vue-query'
import { api, ifMatch, unwrap } from '@/api/client'
import { ApiError } from '@/api/error'
import type { IntentHeaders } from '@/api/intent'
import type { BodyOf } from '@/api/shapes'
import { queries } from '@/data/cache'
import { organisationQuery } from '@/data/organisations'
import { act } from '@/data/work'
import type { Organisation } from '@/domain/types'

export type ReviewInput = BodyOf<'/api/v1/wishes/{id}/review', 'post'>

/** With the version that was read: nobody publishes a text that has changed under their eyes. */
export const reviewWish = (id: string, version: number, body: ReviewInput, headers: IntentHeaders) =>
  act(unwrap(api.POST('/api/v1/wishes/{id}/review', { params: { path: { id } }, body, headers: { ...headers, ...ifMatch(version) } })))

const TALLEST = 8

/** The organisations above one, nearest first, as far up as the reader may see. */
export const superiorsQuery = (id: string) =>
  queryOptions({
    queryKey: ['organisations', 'superiors', id],
    staleTime: 300_000,
    queryFn: async () => {
      const above: Organisation[] = []
      let next: string | null | undefined = id
      while (next && above.length < TALLEST) {
        const one = await seen(next)
        if (!one) break
        if (one.id !== id) above.push(one)
        next = one.parent_id
      }
      return above
    },
  })

async function seen(id: string): Promise<Organisation | null> {
  try {
    return await queries.fetchQuery(organisationQuery(id))
  } catch (error) {
    // Above the reader's own organisation the tree is not theirs to see.
    if (error instanceof ApiError && (error.status === 403 || error.status === 404)) return null
    throw error
  }
}
