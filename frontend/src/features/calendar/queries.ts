import { queryOptions } from '@tanstack/vue-query'
import { api, ifMatch, unwrap } from '@/api/client'
import { queries } from '@/data/cache'
import type { CalendarInput } from './days'

export const calendarQuery = (year: number) =>
  queryOptions({ queryKey: ['calendar', year], queryFn: ({ signal }) => unwrap(api.GET('/api/v1/calendar/{year}', { params: { path: { year } }, signal })) })

export async function putCalendar(year: number, version: number, body: CalendarInput) {
  const saved = await unwrap(api.PUT('/api/v1/calendar/{year}', { params: { path: { year }, header: ifMatch(version) }, body }))
  queries.setQueryData(['calendar', year], saved)
  return saved
}
