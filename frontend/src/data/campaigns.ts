import { queryOptions } from '@tanstack/vue-query'
import { api, unwrap } from '@/api/client'

/** A campaign as everybody sees it. */
export const publicCampaignQuery = (id: string) =>
  queryOptions({
    queryKey: ['campaigns', 'public', id],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/campaigns/{id}/public', { params: { path: { id } }, signal })),
  })
