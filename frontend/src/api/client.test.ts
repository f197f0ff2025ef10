import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { api, pointApiAtConfig, unwrap } from './client'
import { config } from './config'
import { ApiError } from './error'
import { dropToken, keepToken, renew, whenSessionEnds } from './token'

const json = (status: number, body: unknown, type = 'application/json') =>
  new Response(JSON.stringify(body), { status, headers: { 'Content-Type': type } })
const problem = (status: number, code: string, more = {}) =>
  json(status, { type: 'about:blank', title: code, status, detail: `detail of ${code}`, code, ...more }, 'application/problem+json')

type Answer = (url: string, request: { headers: Headers; body: string }) => Response
const server = vi.fn<Answer>()

beforeEach(() => {
  config.apiBase = 'http://api.test'
  pointApiAtConfig()
  server.mockReset()
  vi.stubGlobal('fetch', async (input: Request | string, init?: RequestInit) => {
    const url = typeof input === 'string' ? input : input.url
    const headers = new Headers(typeof input === 'string' ? init?.headers : input.headers)
    const body = typeof input === 'string' ? String(init?.body ?? '') : await input.text()
    return server(new URL(url).pathname, { headers, body })
  })
})

afterEach(() => {
  dropToken()
  vi.unstubAllGlobals()
})

const calls = (path: string) => server.mock.calls.filter(([url]) => url === path)
const claim = (headers?: Record<string, string>) =>
  unwrap(api.POST('/api/v1/wishes/{id}/claims', { params: { path: { id: 'w' } }, body: { claimant_id: 'c', quantity: 1 }, headers }))

it('renews an expired token once and sends the very same request again', async () => {
  keepToken('old')
  server.mockImplementation((url, { headers }) => {
    if (url.endsWith('/auth/refresh')) return json(200, { access_token: 'new', token_type: 'Bearer', expires_in: 600 })
    return headers.get('Authorization') === 'Bearer new' ? json(201, { id: 'claim' }) : problem(401, 'unauthenticated')
  })

  await expect(claim({ 'Idempotency-Key': 'k' })).resolves.toEqual({ id: 'claim' })

  expect(calls('/api/v1/auth/refresh')).toHaveLength(1)
  const sent = calls('/api/v1/wishes/w/claims')
  expect(sent).toHaveLength(2)
  for (const [, { headers, body }] of sent) {
    expect(headers.get('Idempotency-Key')).toBe('k')
    expect(JSON.parse(body)).toEqual({ claimant_id: 'c', quantity: 1 })
  }
})

it('does not go round and round when the new token is refused too', async () => {
  keepToken('old')
  server.mockImplementation((url) =>
    url.endsWith('/auth/refresh') ? json(200, { access_token: 'new', token_type: 'Bearer', expires_in: 600 }) : problem(401, 'unauthenticated'),
  )
  await expect(claim()).rejects.toMatchObject({ status: 401, code: 'unauthenticated' })
  expect(calls('/api/v1/auth/refresh')).toHaveLength(1)
})

it('goes on once another tab has signed in again', async () => {
  localStorage.setItem('signed-in', '1')
  server.mockImplementation((url, { headers }) => {
    if (url.endsWith('/auth/refresh')) return json(200, { access_token: 'new', token_type: 'Bearer', expires_in: 600 })
    return headers.get('Authorization') === 'Bearer new' ? json(201, { id: 'claim' }) : problem(401, 'unauthenticated')
  })
  await expect(claim()).resolves.toEqual({ id: 'claim' })
})

it('does not ask for a renewal on behalf of a visitor', async () => {
  server.mockImplementation(() => problem(401, 'unauthenticated'))
  await expect(claim()).rejects.toMatchObject({ status: 401 })
  expect(calls('/api/v1/auth/refresh')).toHaveLength(0)
})

it('asks for one renewal, however many wait for it', async () => {
  server.mockImplementation(() => json(200, { access_token: 'new', token_type: 'Bearer', expires_in: 600 }))
  expect(await Promise.all([renew(), renew(), renew()])).toEqual([true, true, true])
  expect(calls('/api/v1/auth/refresh')).toHaveLength(1)
})

it('ends the session on a clear no, and not on a server that is down', async () => {
  const ended = vi.fn()
  whenSessionEnds(ended)
  keepToken('old')
  server.mockImplementation(() => problem(503, 'unavailable'))
  expect(await renew()).toBe(false)
  expect(ended).not.toHaveBeenCalled()
  server.mockImplementation(() => problem(401, 'unauthenticated'))
  expect(await renew()).toBe(false)
  expect(ended).toHaveBeenCalledOnce()
})

it('turns a problem into an ApiError with its field errors', async () => {
  const errors = [{ pointer: '/quantity', code: 'too_small', detail: '至少 1 件' }]
  server.mockImplementation(() => problem(422, 'invalid', { errors, request_id: 'r1' }))
  const error = await claim().catch((caught: unknown) => caught)
  expect(error).toBeInstanceOf(ApiError)
  expect(error).toMatchObject({ status: 422, code: 'invalid', detail: 'detail of invalid', errors, requestId: 'r1', passing: false })
})

it('tells a dropped network from a refusal', async () => {
  server.mockImplementation(() => {
    throw new TypeError('Failed to fetch')
  })
  await expect(claim()).rejects.toMatchObject({ status: 0, code: 'unreachable', passing: true })
})

it('says which language the reader wants', async () => {
  server.mockImplementation(() => json(201, {}))
  await claim()
  expect(calls('/api/v1/wishes/w/claims')[0]?.[1].headers.get('Accept-Language')).toBe('zh-CN')
})
