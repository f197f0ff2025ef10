// The API itself, for what a story needs to know or to happen outside of its windows.
import { PASSWORD } from './server.mjs'

export async function ask(server, path, token, body, method = body ? 'POST' : 'GET') {
  const answer = await fetch(`${server.url}/api/v1/${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...(method === 'PUT' && { 'if-match': '*' }), ...(token && { authorization: `Bearer ${token}` }) },
    body: body && JSON.stringify(body),
  })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${answer.status} ${path}: ${text}`)
  return text === '' ? null : JSON.parse(text)
}

export const tokenOf = (server, username) => ask(server, 'auth/login', null, { username, password: PASSWORD }).then(({ access_token }) => access_token)

/** On another device of theirs; it ends their sessions everywhere. */
export const changePassword = async (server, username, fresh) =>
  ask(server, 'me/password', await tokenOf(server, username), { current_password: PASSWORD, new_password: fresh })

/** So many drafts of wishes that a collector wrote down elsewhere. */
export async function drafts(server, count, title) {
  const token = await tokenOf(server, 'collector')
  const [{ memberships }, { items }] = await Promise.all([ask(server, 'me', token), ask(server, 'beneficiaries', token)])
  const organisation_id = memberships[0].organisation.id
  const resident = items.find(({ consents }) => consents.some(({ purpose, withdrawn_on }) => purpose === 'collect' && !withdrawn_on))
  const body = { beneficiary_id: resident.id, organisation_id, public_summary: '夜里看不清台阶，想装一盏灯。', category: 'thing', quantity: 1, unit: 'item', channel: 'home_visit', told_by: 'relative' }
  return Promise.all(Array.from({ length: count }, (_, n) => ask(server, 'wishes', token, { ...body, title: `${title} ${n + 1}` })))
}
