import { infiniteQueryOptions } from '@tanstack/vue-query'
import { api, unwrap } from '@/api/client'
import type { IntentHeaders } from '@/api/intent'
import { queries } from '@/data/cache'

export const laidAsideQuery = () =>
  infiniteQueryOptions({
    queryKey: ['mails', 'laid aside'],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => unwrap(api.GET('/api/v1/mails', { params: { query: { laid_aside: true, limit: 20, cursor: pageParam } }, signal })),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  })

export async function retryMail(id: string, headers: IntentHeaders): Promise<void> {
  await unwrap(api.POST('/api/v1/mails/{id}/retry', { params: { path: { id } }, body: {}, headers }))
  void queries.invalidateQueries({ queryKey: ['mails'] })
}
