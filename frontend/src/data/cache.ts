import { QueryClient } from '@tanstack/vue-query'
import { ApiError } from '@/api/error'

/** The one place where server state lives. */
export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      // A refusal will not change its mind; a network that dropped may come back.
      retry: (failures, error) => error instanceof ApiError && error.passing && error.status !== 401 && failures < 2,
    },
  },
})
