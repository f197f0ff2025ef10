import { queryOptions } from '@tanstack/vue-query'
import { api, unwrap } from '@/api/client'

/** What the public texts of a wish hold that may tell whose it is. Another version is another text. */
export const findingsQuery = (id: string, version: number) =>
  queryOptions({
    queryKey: ['wishes', 'findings', id, version],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/wishes/{id}/findings', { params: { path: { id } }, signal })),
  })
