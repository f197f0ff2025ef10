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
