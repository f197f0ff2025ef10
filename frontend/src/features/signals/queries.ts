import { queryOptions } from '@tanstack/vue-query'
import { api, unwrap } from '@/api/client'
import type { components } from '@/api/schema'

type Schemas = components['schemas']

export type Signal = Schemas['Signal']

/** What is worth a second look at an organisation and below, from one day to another. */
export const signalsQuery = (id: string, days: { from: string; to: string }) =>
  queryOptions({
    queryKey: ['signals', id, days],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/organisations/{id}/signals', { params: { path: { id }, query: days }, signal })),
  })
