// The nginx of deploy/, started as the image starts it, in front of two stand-in nodes on loopback:
// what it serves itself, what it passes on and with which headers, and what it says when nodes are away.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'

const script = fileURLToPath(new URL('../../deploy/web.sh', import.meta.url))
const work = mkdtempSync(join(tmpdir(), 'wishlight-web.'))
const nodes = []
let nginx
let port

async function freePort() {
  const socket = createServer().listen(0, '127.0.0.1')
  await once(socket, 'listening')
  const { port } = socket.address()
  socket.close()
  await once(socket, 'close')
  return port
}

// Answers with what it saw.
async function startNode(name, port = 0) {
  const server = createServer((req, res) => {
    let size = 0
    req.on('data', (chunk) => (size += chunk.length))
    req.on('end', () => {
      const status = req.url === '/api/v1/missing' ? 404 : 200
      const type = status === 404 ? 'application/problem+json' : 'application/json'
      res.writeHead(status, { 'content-type': type, 'cache-control': 'private, no-store' })
      res.end(JSON.stringify({ name, method: req.method, url: req.url, headers: req.headers, size }))
    })
  }).listen(port, '127.0.0.1')
  await once(server, 'listening')
  return { name, server, port: server.address().port }
}

function stopNode(node) {
  node.server.closeAllConnections()
  return new Promise((done) => node.server.close(done))
}

function ask(path, { method = 'GET', headers = {}, body } = {}) {
  return new Promise((resolve, reject) => {
    const req = request({ host: '127.0.0.1', port, path, method, headers }, (res) => {
      let text = ''
      res.setEncoding('utf8')
      res.on('data', (chunk) => (text += chunk))
      res.on('end', () => resolve({ status: res.statusCode, headers: res.headers, text, json: () => JSON.parse(text) }))
    })
    req.on('error', reject)
    req.end(body)
  })
}

before(async () => {
  const root = join(work, 'dist')
  mkdirSync(join(root, 'assets'), { recursive: true })
  mkdirSync(join(root, '.vite'))
  writeFileSync(join(root, 'index.html'), '<!doctype html><title>点亮微心愿</title>')
  writeFileSync(join(root, 'assets', 'index-abc123.js'), `export default ${JSON.stringify('x'.repeat(4000))}\n`)
  writeFileSync(join(root, 'sw.js'), 'self.x = 1\n')
  writeFileSync(join(root, '.vite', 'manifest.json'), '{}')

  nodes.push(await startNode('a'), await startNode('b'))
  port = await freePort()
  // pdeathsig: nginx, and with it its workers, ends also where this process is killed
  nginx = spawn('setpriv', ['--pdeathsig', 'TERM', script], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...process.env,
      WEB_NODES: nodes.map((node) => `127.0.0.1:${node.port}`).join(' '),
      WEB_ROOT: root,
      WEB_LISTEN: `127.0.0.1:${port}`,
      WEB_RUN: join(work, 'run'),
    },
  })
  for (let tries = 0; ; tries++) {
    try {
      await ask('/')
      break
    } catch (error) {
      if (tries === 100 || nginx.exitCode !== null) throw error
      await new Promise((done) => setTimeout(done, 50))
    }
  }
})

after(async () => {
  if (nginx && nginx.exitCode === null) {
    const gone = once(nginx, 'exit')
    nginx.kill('SIGTERM')
    await gone
  }
  for (const node of nodes) await stopNode(node)
  rmSync(work, { recursive: true, force: true })
})

test('the SPA answers every page address, is asked for again, and carries the policy', async () => {
  for (const path of ['/', '/wishes/0193', '/console/claims?status=open']) {
    const page = await ask(path)
    assert.equal(page.status, 200, path)
    assert.match(page.headers['content-type'], /^text\/html/)
    assert.match(page.text, /点亮微心愿/)
    assert.equal(page.headers['cache-control'], 'no-cache')
    const policy = page.headers['content-security-policy']
    assert.match(policy, /default-src 'none'/)
    assert.match(policy, /connect-src 'self';/)
    assert.match(policy, /frame-ancestors 'none'/)
    assert.doesNotMatch(policy, /unsafe|\*/)
    assert.equal(page.headers['x-content-type-options'], 'nosniff')
    assert.equal(page.headers['referrer-policy'], 'strict-origin-when-cross-origin')
    assert.equal(page.headers['strict-transport-security'], undefined, 'only over TLS')
    assert.equal(page.headers['server'], 'nginx')
  }
  const again = await ask('/', { headers: { 'if-none-match': (await ask('/')).headers.etag } })
  assert.equal(again.status, 304)
  const secure = await ask('/', { headers: { 'x-forwarded-proto': 'https' } })
  assert.match(secure.headers['strict-transport-security'], /max-age=/)
})

test('built assets are kept for ever and compressed, the service worker is not kept', async () => {
  const asset = await ask('/assets/index-abc123.js', { headers: { 'accept-encoding': 'gzip' } })
  assert.equal(asset.headers['cache-control'], 'public, max-age=31536000, immutable')
  assert.equal(asset.headers['content-encoding'], 'gzip')
  assert.match(asset.headers['content-type'], /javascript/)
  assert.equal((await ask('/sw.js')).headers['cache-control'], 'no-cache')
})

test('what is not there, hidden or internal is 404', async () => {
  for (const path of ['/assets/gone-000.js', '/favicon.png', '/.vite/manifest.json', '/.env', '/metrics']) {
    const answer = await ask(path)
    assert.equal(answer.status, 404, path)
    assert.equal(answer.headers['cache-control'], undefined, path)
  }
})

test('the API, its pages and health go to both nodes, unchanged and with nobody claiming to be somebody else', async () => {
  const seen = new Set()
  for (let i = 0; i < 10; i++) {
    const answer = await ask('/api/v1/wishes?q=%E7%94%B5%E8%A7%86&limit=20', {
      headers: { host: 'wishes.test', 'x-forwarded-for': '9.9.9.9', 'x-real-ip': '9.9.9.9', forwarded: 'for=9.9.9.9', 'if-none-match': '"7"' },
    })
    const { name, url, headers } = answer.json()
    seen.add(name)
    assert.equal(url, '/api/v1/wishes?q=%E7%94%B5%E8%A7%86&limit=20')
    assert.equal(headers['x-forwarded-for'], '127.0.0.1')
    assert.equal(headers['x-real-ip'], '127.0.0.1')
    assert.equal(headers['forwarded'], undefined)
    assert.equal(headers['host'], 'wishes.test')
    assert.equal(headers['if-none-match'], '"7"')
    assert.equal(answer.headers['cache-control'], 'private, no-store')
    assert.equal(answer.headers['content-security-policy'], undefined, 'the API sets its own')
  }
  assert.deepEqual([...seen].sort(), ['a', 'b'])
  for (const path of ['/api/v1/openapi.json', '/swagger-ui/', '/swagger-ui/swagger-ui.css', '/healthz/ready']) {
    assert.equal((await ask(path)).json().url, path)
  }
  const missing = await ask('/api/v1/missing')
  assert.equal(missing.status, 404)
  assert.equal(missing.headers['content-type'], 'application/problem+json')
})

test('a body of 10 MiB passes, a larger one is refused as a problem', async () => {
  const fits = await ask('/api/v1/attachments', { method: 'POST', body: Buffer.alloc(10 << 20) })
  assert.equal(fits.json().size, 10 << 20)
  const large = await ask('/api/v1/attachments', { method: 'POST', headers: { 'content-length': 12 << 20 }, body: undefined })
  assert.equal(large.status, 413)
  assert.equal(large.headers['content-type'], 'application/problem+json')
  assert.equal(large.json().code, 'too_large')
})

test('a node away is not noticed, both away is a problem that says to come back, and back is back', async () => {
  await stopNode(nodes[0])
  for (let i = 0; i < 10; i++) {
    const answer = await ask('/api/v1/wishes', { method: i % 2 ? 'POST' : 'GET' })
    assert.equal(answer.status, 200)
    assert.equal(answer.json().name, 'b')
  }
  await stopNode(nodes[1])
  const away = await ask('/api/v1/wishes')
  assert.equal(away.status, 503)
  assert.equal(away.headers['content-type'], 'application/problem+json')
  assert.equal(away.headers['retry-after'], '2')
  assert.equal(away.json().code, 'unavailable')
  assert.equal((await ask('/')).status, 200, 'the SPA is still served')

  nodes[0] = await startNode('a', nodes[0].port)
  nodes[1] = await startNode('b', nodes[1].port)
  for (let tries = 0; (await ask('/api/v1/wishes')).status !== 200; tries++) {
    assert.ok(tries < 100, 'still away')
    await new Promise((done) => setTimeout(done, 100))
  }
})
