import { infiniteQueryOptions, queryOptions } from '@tanstack/vue-query'
import { api, ifMatch, unwrap } from '@/api/client'
import type { IntentHeaders } from '@/api/intent'
import type { BodyOf } from '@/api/shapes'
import { queries } from '@/data/cache'

const at = (id: string) => ({ path: { id } })

/** Where a platform is told of changes. */
export const webhooksQuery = (platform: string) =>
  queryOptions({
    queryKey: ['webhooks', platform],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/platforms/{id}/webhooks', { params: at(platform), signal })),
  })

/** What was sent to one of them, newest first. */
export const deliveriesQuery = (webhook: string) =>
  infiniteQueryOptions({
    queryKey: ['webhook deliveries', webhook],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      unwrap(api.GET('/api/v1/webhooks/{id}/deliveries', { params: { ...at(webhook), query: { limit: 20, cursor: pageParam } }, signal })),
    getNextPageParam: (last) => last.next_cursor ?? undefined,
  })

export type WebhookPatch = BodyOf<'/api/v1/webhooks/{id}', 'patch'>

async function acting<T>(answer: Promise<T>, keys = ['webhooks', 'webhook deliveries']): Promise<T> {
  try {
    return await answer
  } finally {
    for (const key of keys) void queries.invalidateQueries({ queryKey: [key] })
  }
}

/** What waits and what was sent, asked anew. */
export const lookAgain = () => acting(Promise.resolve())

/** Its secret is shown once. */
export const addWebhook = (platform: string, url: string, headers: IntentHeaders) =>
  acting(unwrap(api.POST('/api/v1/platforms/{id}/webhooks', { params: at(platform), body: { url }, headers })))

export const updateWebhook = (id: string, version: number, body: WebhookPatch) =>
  acting(unwrap(api.PATCH('/api/v1/webhooks/{id}', { params: { ...at(id), header: ifMatch(version) }, body })))

/** What was sent to it is not asked for again: there is nothing to be had any more. */
export const removeWebhook = (id: string, version: number) =>
  acting(unwrap(api.DELETE('/api/v1/webhooks/{id}', { params: { ...at(id), header: ifMatch(version) } })), ['webhooks'])

/** The new secret is shown once. */
export const rotateSecret = (id: string, headers: IntentHeaders) => acting(unwrap(api.POST('/api/v1/webhooks/{id}/secrets', { params: at(id), body: {}, headers })))

export const pingWebhook = (id: string, headers: IntentHeaders) => acting(unwrap(api.POST('/api/v1/webhooks/{id}/pings', { params: at(id), body: {}, headers })))

export const replayDelivery = (id: string, headers: IntentHeaders) =>
  acting(unwrap(api.POST('/api/v1/webhook-deliveries/{id}/replay', { params: at(id), body: {}, headers })))

/** Of all the time for which the log is kept. */
export const replayFailed = (id: string, headers: IntentHeaders) =>
  acting(unwrap(api.POST('/api/v1/webhooks/{id}/replays', { params: at(id), body: { since: '2000-01-01T00:00:00Z', failed_only: true }, headers })))
