// A sign-in provider (OpenID Connect) of the town, on a free port: it asks who you are and believes you.
import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const CLIENT = 'wishlight'
const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url')

function idToken(claims) {
  const signed = `${part({ alg: 'RS256', kid: 'one' })}.${part(claims)}`
  return `${signed}.${sign('sha256', Buffer.from(signed), privateKey).toString('base64url')}`
}

export async function startProvider() {
  const codes = new Map()
  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url, issuer)
    const json = (value, status = 200) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
    if (pathname === '/.well-known/openid-configuration') {
      return json({ issuer, authorization_endpoint: `${issuer}/authorize`, token_endpoint: `${issuer}/token`, jwks_uri: `${issuer}/keys` })
    }
    if (pathname === '/keys') return json({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'one', alg: 'RS256', use: 'sig' }] })
    if (pathname === '/authorize') {
      const asked = Object.fromEntries(searchParams)
      const code = `code-${codes.size}`
      codes.set(code, asked)
      const back = new URL(asked.redirect_uri)
      back.search = new URLSearchParams({ code, state: asked.state })
      const no = new URL(asked.redirect_uri)
      no.search = new URLSearchParams({ error: 'access_denied', state: asked.state })
      const page = `<!doctype html><html lang="zh"><link rel="icon" href="data:,"><title>统一身份认证</title><a href="${back}">我是小周</a> <a href="${no}">不同意</a>`
      return response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(page.replaceAll('&', '&amp;'))
    }
    if (pathname === '/token') {
      let body = ''
      for await (const chunk of request) body += chunk
      const { code, code_verifier, client_id } = Object.fromEntries(new URLSearchParams(body))
      const asked = codes.get(code)
      codes.set(code, null)
      const challenge = createHash('sha256').update(code_verifier).digest('base64url')
      if (asked?.code_challenge !== challenge || client_id !== CLIENT) return json({ error: 'invalid_grant' }, 400)
      const now = Math.floor(Date.now() / 1000)
      return json({ id_token: idToken({ iss: issuer, aud: CLIENT, sub: 'xiao-zhou', nonce: asked.nonce, iat: now, exp: now + 300 }) })
    }
    return response.writeHead(404).end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const issuer = `http://127.0.0.1:${server.address().port}`

  return {
    /** What a server at `url` is told of it. */
    settings: (url) => ({
      WISHLIGHT_PUBLIC_URL: url,
      WISHLIGHT_OIDC_ISSUER: issuer,
      WISHLIGHT_OIDC_CLIENT_ID: CLIENT,
      WISHLIGHT_OIDC_NAME: '统一身份认证',
      WISHLIGHT_OUTGOING_ALLOW: issuer,
    }),
    end() {
      server.closeAllConnections()
      server.close()
    },
  }
}
