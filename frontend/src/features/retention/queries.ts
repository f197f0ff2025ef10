import { infiniteQueryOptions, queryOptions } from '@tanstack/vue-query'
import { api, unwrap } from '@/api/client'

/** What would go tonight: counted anew each time the page is opened. */
export const previewQuery = () => queryOptions({ queryKey: ['retention', 'preview'], queryFn: ({ signal }) => unwrap(api.GET('/api/v1/retention/preview', { signal })) })

export const runsQuery = () =>
  infiniteQueryOptions({
    queryKey: ['retention', 'runs'],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => unwrap(api.GET('/api/v1/retention/runs', { params: { query: { limit: 20, cursor: pageParam } }, signal })),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  })
