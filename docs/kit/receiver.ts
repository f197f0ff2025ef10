// Receives Wishlight's webhooks and verifies them (Standard Webhooks 1.0.0). Node 24.2 or later, nothing else.
//
//     WEBHOOK_SECRET=whsec_... node docs/kit/receiver.ts
//
// listens on http://127.0.0.1:8099/ (PORT says otherwise) and prints what it is told. `verify` is what you need in
// your own program; while secrets change, give it both.
import { createHmac, timingSafeEqual } from 'node:crypto'
import { createServer } from 'node:http'

export interface WishEvent {
  id: string
  /** A kind of event, or `ping`. New ones may be added. */
  type: string
  timestamp: string
  data: { wish_id?: string; number?: number; status?: string }
}

type Headers = Record<string, string | string[] | undefined>

const TOLERANCE = 5 * 60

/** What `body` (exactly as it came) says; throws where it is not from Wishlight. `headers` by their names in lower case. */
export function verify(secrets: readonly string[], headers: Headers, body: Buffer, now = Date.now() / 1000): WishEvent {
  const header = (name: string) => String(headers[name] ?? '')
  const [id, timestamp] = [header('webhook-id'), header('webhook-timestamp')]
  if (id === '' || !/^\d+$/.test(timestamp)) throw new Error('no webhook')
  if (Math.abs(now - Number(timestamp)) > TOLERANCE) throw new Error('too old or too new')
  const expected = secrets.map((secret) => {
    const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
    return Buffer.from(`v1,${createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64')}`)
  })
  const given = header('webhook-signature').split(' ').map((one) => Buffer.from(one))
  const same = (one: Buffer, other: Buffer) => one.length === other.length && timingSafeEqual(one, other)
  if (!given.some((one) => expected.some((other) => same(one, other)))) throw new Error('not signed by Wishlight')
  return JSON.parse(body.toString('utf8')) as WishEvent
}

if (import.meta.main) {
  const secrets = (process.env.WEBHOOK_SECRET ?? '').split(/\s+/).filter(Boolean)
  const port = Number(process.env.PORT ?? 8099)
  const known = new Set<string>() // In earnest: a table, in the transaction of what the message makes you do.
  createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    try {
      const event = verify(secrets, request.headers, Buffer.concat(chunks))
      // A message may come twice; by its id it is known again.
      if (!known.has(event.id)) console.log('verified:', event.type, JSON.stringify(event.data))
      known.add(event.id)
      response.writeHead(204).end()
    } catch (why) {
      console.log('refused:', (why as Error).message)
      response.writeHead(401).end()
    }
}).listen(port, '127.0.0.1', () => console.log(`listening on http://127.0.0.1:${port}/`))
}
