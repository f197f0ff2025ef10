// The real binary on a free port of 127.0.0.1, over a database of its own with the demo in it.
// All of it is gone at the end, also when a test fails or this process is killed.
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const root = fileURLToPath(new URL('../../../', import.meta.url))
// Ours, and no setting of the server, which refuses names that it does not know.
const { WISHLIGHT_BINARY: named, ...inherited } = process.env
const binary = named ?? join(process.env.CARGO_TARGET_DIR ?? join(root, 'target'), 'debug/wishlight')
const spa = process.env.WISHLIGHT_STATIC_DIR ?? join(root, 'frontend/dist')

/** Of every demo account. */
export const PASSWORD = 'dian-liang-2026'

async function freePort() {
  const socket = createServer().listen(0, '127.0.0.1')
  await once(socket, 'listening')
  const { port } = socket.address()
  await new Promise((closed) => socket.close(closed))
  return port
}

// PostgreSQL's own client does what is done to the server and not to the product.
const sql = (statement) => run('psql', ['--no-psqlrc', '--quiet', '--set=ON_ERROR_STOP=1', `--command=${statement}`, process.env.TEST_DATABASE_URL])

async function freshDatabase(kind, folder) {
  if (kind === 'sqlite') return { url: `sqlite://${folder}/wishlight.db`, drop: async () => {} }
  if (!process.env.TEST_DATABASE_URL) throw new Error('TEST_DATABASE_URL names a PostgreSQL server: run `make test`, or tests/tools/with-postgres.sh COMMAND')
  const name = `wishlight_browser_${process.pid}_${Math.random().toString(36).slice(2, 8)}`
  await sql(`CREATE DATABASE ${name}`)
  const url = new URL(process.env.TEST_DATABASE_URL)
  url.pathname = name
  return { url: url.href, drop: () => sql(`DROP DATABASE ${name} WITH (FORCE)`) }
}

/** A server with the demo; `kind` is sqlite or postgres, `settings` what else it is told, by its address. */
export async function startServer(kind, settings = () => ({})) {
  for (const [file, how] of [[binary, 'cargo build'], [join(spa, 'index.html'), 'npm --prefix frontend run build']]) {
    if (!existsSync(file)) throw new Error(`${file} is missing: ${how}`)
  }
  const folder = await mkdtemp(join(tmpdir(), 'wishlight-browser.'))
  const database = await freshDatabase(kind, folder)
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const env = {
    ...inherited,
    ...settings(url),
    WISHLIGHT_DATABASE_URL: database.url,
    WISHLIGHT_DATA_DIR: folder,
    WISHLIGHT_STATIC_DIR: spa,
    WISHLIGHT_BIND: `127.0.0.1:${port}`,
    WISHLIGHT_LOG_LEVEL: 'warn',
  }
  let child = null
  let said = ''

  async function start() {
    // pdeathsig: the server ends also where this process is killed outright.
    child = spawn('setpriv', ['--pdeathsig', 'KILL', '--', binary, 'serve'], { env, stdio: ['ignore', 'pipe', 'pipe'] })
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (said = (said + text).slice(-4000)))
    for (let tries = 0; tries < 300; tries += 1) {
      if (child.exitCode !== null) break
      const ready = await fetch(`${url}/healthz/ready`).then((answer) => answer.ok, () => false)
      // The first search of a process reads the dictionary: a matter of seconds in a debug build, and no part of a story.
      if (ready) return void (await fetch(`${url}/api/v1/wishes?q=%E7%81%AF`))
      await wait(50)
    }
    throw new Error(`the server did not start:\n${said}`)
  }

  async function stop() {
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill('SIGTERM')
    const late = setTimeout(() => child.kill('SIGKILL'), 5000)
    await ended
    clearTimeout(late)
  }

  async function end() {
    await stop()
    await database.drop()
    await rm(folder, { recursive: true, force: true })
  }

  try {
    await run(binary, ['demo'], { env })
    await start()
  } catch (error) {
    await end().catch(() => {})
    throw error
  }
  return { url, start, stop, end, log: () => said, check: () => run(binary, ['check'], { env }) }
}
