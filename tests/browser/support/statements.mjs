// A platform's own books, sent as the platform sends them.
import { ask, tokenOf } from './api.mjs'

const day = (at) => new Date(at.getTime() + 8 * 3_600_000).toISOString().slice(0, 10)

/** A pool of the administrator's organisation with two donations, and a statement that says less of one, adds one, passes one over and
 * has a row that does not read; resolves to the ids once it was held against the books. */
export async function stated(server) {
  const admin = await tokenOf(server, 'admin')
  const at = (await ask(server, 'me', admin)).memberships[0].organisation.id
  const books = { organisation_id: at, name: '助学善款池', purpose: '给孩子添学习用品。', raiser: '某慈善会', raised_on: '某公益平台', approval_above_fen: 50_000 }
  const pool = (await ask(server, 'pools', admin, books)).id
  const platform = await ask(server, `organisations/${at}/platforms`, admin, { name: '某公益平台', scopes: ['donations:write'] })
  const { key } = await ask(server, `platforms/${platform.id}/keys`, admin, {})
  const send = async (path, type, body) => {
    const headers = { authorization: `Bearer ${key}`, 'content-type': type, 'idempotency-key': crypto.randomUUID() }
    const answer = await fetch(`${server.url}/api/v1/${path}`, { method: 'POST', headers, body })
    if (answer.status !== 201) throw new Error(`${answer.status} ${path}: ${await answer.text()}`)
    return answer.json()
  }
  const given = new Date(Date.now() - 86_400_000)
  for (const [external_id, amount_fen] of [['T-1', 200_000], ['T-2', 2_050]]) {
    await send('donations', 'application/json', JSON.stringify({ pool_id: pool, external_id, amount_fen, currency: 'CNY', given_at: given.toISOString() }))
  }
  const rows = [['T-2', '20.05'], ['T-3', '8'], ['T-4', '1.005']].map(([id, yuan]) => `donation,${id},${yuan},${given.toISOString()}`)
  const file = ['kind,external_id,amount_yuan,given_at', ...rows].map((row) => `${row}\r\n`).join('')
  const said = new URLSearchParams({ pool_id: pool, from: day(given), to: day(new Date()), count: 3, total_fen: 2_906 })
  const { id } = await send(`platform/statements?${said}`, 'text/csv', file)
  for (let look = 0; look < 100; look += 1) {
    if ((await ask(server, `statements/${id}`, admin)).status === 'done') return { pool, statement: id }
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error('the statement does not come to its end')
}
