// Reads what is shared and reports a gift, by a client whose types are generated from the document (docs/INTEGRATORS.md).
// Node 24.2 or later, openapi-fetch.
//
//     WISHLIGHT_KEY=wl_live_... node example.ts
//
// reads the wishes and the feed to its end; with POOL=<id of a pool> it reports one gift to it, twice, as after a lost answer.
// WISHLIGHT_URL names another server than http://127.0.0.1:8080, PAGE how many to ask for at a time.
import { randomUUID } from 'node:crypto'
import createClient from 'openapi-fetch'
import type { components, paths } from './platforms.ts'

type Schemas = components['schemas']

const { WISHLIGHT_URL = 'http://127.0.0.1:8080', WISHLIGHT_KEY, POOL, PAGE = '100' } = process.env
const limit = Number(PAGE)
// The feed can also be a stream, as text/event-stream: that is not for this client.
const client = createClient<paths, `application/${string}`>({ baseUrl: WISHLIGHT_URL, headers: { Authorization: `Bearer ${WISHLIGHT_KEY}` } })

/** What was asked for; a problem ends the program, by its code. */
function answered<Answer>({ data, error }: { data?: Answer; error?: { code: string } }): Answer {
  if (data === undefined) throw new Error(`refused: ${error?.code ?? 'not understood'}`)
  return data
}

async function wishes() {
  const found: Schemas['Page_SharedWish']['items'] = []
  let cursor: string | undefined
  do {
    const page = answered(await client.GET('/api/v1/shared/wishes', { params: { query: { limit, cursor } } }))
    found.push(...page.items)
    cursor = page.next_cursor ?? undefined
  } while (cursor)
  return found
}

/** What happened after `cursor`, and the cursor to keep: the feed always gives one. */
async function events(cursor?: string) {
  const found: Schemas['Page_SharedEvent']['items'] = []
  for (;;) {
    const page = answered(await client.GET('/api/v1/shared/events', { params: { query: { limit, cursor } } }))
    if (page.items.length === 0) return { found, cursor }
    found.push(...page.items)
    cursor = page.next_cursor ?? cursor
  }
}

/** The same gift twice: `external_id` makes it count once, whichever the Idempotency-Key. */
async function report(pool: string) {
  const body: Schemas['NewDonation'] = { pool_id: pool, external_id: `example-${randomUUID()}`, amount_fen: 2000, currency: 'CNY', given_at: new Date().toISOString() }
  const send = async () => answered(await client.POST('/api/v1/donations', { params: { header: { 'Idempotency-Key': randomUUID() } }, body }))
  return [await send(), await send()] as const
}

const { found, cursor } = await events()
console.log(`${(await wishes()).length} wishes, ${found.length} events`)
console.log(`${(await events(cursor)).found.length} events since`)
if (POOL) {
  const [first, again] = await report(POOL)
  console.log(`gift ${first.external_id} of ${first.amount_fen} fen, ${first.id === again.id ? 'once' : 'twice'}`)
}
