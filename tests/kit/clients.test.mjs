// Clients are generated from the document as docs/INTEGRATORS.md says, type-checked together with the examples of the kit, and
// those are run against a server with the demo. What is generated is thrown away.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { promisify } from 'node:util'
import { ask, tokenOf } from '../browser/support/api.mjs'
import { startServer } from '../browser/support/server.mjs'
import { at } from './libraries.mjs'

const execute = promisify(execFile)
const tools = at('frontend/node_modules/.bin/')

let server
let folder
let platform

/** Runs a program in the scratch folder; what it says is what the test says where it fails. */
async function run(program, args, env = {}) {
  const told = { cwd: folder, env: { ...process.env, ...env }, maxBuffer: 1 << 26 }
  return execute(program, args, told).then(({ stdout }) => stdout, (error) => assert.fail(`${program} ${args.join(' ')}\n${error.stdout}${error.stderr}`))
}

/** Python with the packages of requirements.txt, made anew where that has changed. */
async function python() {
  const list = at('tests/kit/requirements.txt')
  const version = await run('python3', ['--version'])
  const name = createHash('sha256').update(version).update(await readFile(list)).digest('hex').slice(0, 12)
  const home = resolve(process.env.CARGO_TARGET_DIR ?? at('target'), `kit-python-${name}`)
  const whole = join(home, 'whole')
  if (!(await readFile(whole).catch(() => null))) {
    await rm(home, { recursive: true, force: true })
    await run('python3', ['-m', 'venv', home])
    const exactly = ['--quiet', '--disable-pip-version-check', '--no-deps', '--require-hashes', '--only-binary=:all:', '--no-compile']
    await run(join(home, 'bin/pip'), ['install', ...exactly, '-r', list])
    await writeFile(whole, '')
  }
  return join(home, 'bin')
}

/** A platform with a key, and a pool that it may report to. */
async function enter() {
  const admin = await tokenOf(server, 'admin')
  const organisation = (await ask(server, 'me', admin)).memberships[0].organisation.id
  const scopes = ['wishes:read', 'events:read', 'donations:write']
  const { id } = await ask(server, `organisations/${organisation}/platforms`, admin, { name: '某公益平台', scopes })
  const { key } = await ask(server, `platforms/${id}/keys`, admin, {})
  const terms = { name: '微心愿善款池', purpose: '为居民购买心愿清单上的物品', raiser: '某慈善会', raised_on: '某公益平台', approval_above_fen: 100000 }
  const pool = await ask(server, 'pools', admin, { organisation_id: organisation, ...terms })
  return { key, pool: pool.id, admin }
}

/** All of a list, asked for without a client. */
async function all(path) {
  const found = []
  for (let cursor = ''; ; ) {
    const page = await ask(server, `${path}?limit=100${cursor}`, platform.key)
    found.push(...page.items)
    if (page.items.length === 0 || !page.next_cursor) return found
    cursor = `&cursor=${page.next_cursor}`
  }
}

/** What an example says is what is there: pages of two were followed, and the gift is in the books once. */
async function holds(output) {
  const [wishes, events] = [await all('shared/wishes'), await all('shared/events')]
  assert.ok(wishes.length > 4 && events.length > 4, `more than two pages of each: ${wishes.length}, ${events.length}`)
  const [read, since, gift] = output.trim().split('\n')
  assert.equal(read, `${wishes.length} wishes, ${events.length} events`)
  assert.equal(since, '0 events since')
  const [, number] = /^gift (example-\S+) of 2000 fen, once$/.exec(gift) ?? assert.fail(gift)
  const { items } = await ask(server, `pools/${platform.pool}/donations?limit=100`, platform.admin)
  assert.equal(items.filter(({ external_id }) => external_id === number).length, 1)
}

const environment = () => ({ WISHLIGHT_URL: server.url, WISHLIGHT_KEY: platform.key, POOL: platform.pool, PAGE: '2' })

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wishlight-kit.'))
  server = await startServer('sqlite')
  platform = await enter()
  const served = await fetch(`${server.url}/api/v1/openapi.json`)
  await writeFile(join(folder, 'openapi.json'), await served.text())
  await writeFile(join(folder, 'platforms.json'), await run('sh', ['-c', `python3 -B ${at('docs/kit/for_platforms.py')} <openapi.json`]))
})
after(async () => {
  await server?.end()
  await rm(folder, { recursive: true, force: true })
})

it('what is generated from is what a key opens, and nothing else', async () => {
  const [whole, part] = await Promise.all(['openapi.json', 'platforms.json'].map(async (name) => JSON.parse(await readFile(join(folder, name), 'utf8'))))
  const operations = ({ paths }) => Object.values(paths).flatMap((item) => Object.values(item))
  const opened = operations(whole).filter(({ security }) => security?.some((way) => 'platform_key' in way))
  assert.deepEqual(operations(part).map(({ operationId }) => operationId).sort(), [...opened.map(({ operationId }) => operationId), 'issue_platform_token'].sort())
  assert.ok(Object.keys(part.components.schemas).length < Object.keys(whole.components.schemas).length / 3, 'and not all schemas')
})

const TYPESCRIPT = ['platforms.json', '-o', 'platforms.ts']
const PYTHON = ['generate', '--path', 'platforms.json', '--meta', 'none', '--output-path', 'wishlight_platforms']

it('the guide says what is done here, with the same versions', async () => {
  const [guide, list, packages] = await Promise.all(['docs/INTEGRATORS.md', 'tests/kit/requirements.txt', 'frontend/package.json'].map((name) => readFile(at(name), 'utf8')))
  const { dependencies, devDependencies } = JSON.parse(packages)
  const minor = (version) => version.split('.').slice(0, 2).join('.')
  for (const said of [
    `openapi-typescript ${TYPESCRIPT.join(' ')}`,
    `openapi-python-client ${PYTHON.join(' ')}`,
    `pip install ${/^openapi-python-client==\S+/m.exec(list)[0]}\n`,
    `openapi-fetch@${minor(dependencies['openapi-fetch'])} openapi-typescript@${minor(devDependencies['openapi-typescript'])} `,
  ]) assert.ok(guide.includes(said), said)
})

describe('a client', { concurrency: true }, () => {
  it('of TypeScript: generated, type-checked, used', async () => {
    await symlink(at('frontend/node_modules'), join(folder, 'node_modules'))
    await writeFile(join(folder, 'package.json'), '{"type":"module"}')
    await cp(at('docs/kit/example.ts'), join(folder, 'example.ts'))
    await run(join(tools, 'openapi-typescript'), TYPESCRIPT)
    const strict = ['--noEmit', '--strict', '--noUncheckedIndexedAccess', '--skipLibCheck', '--target', 'es2023', '--module', 'nodenext', '--allowImportingTsExtensions', '--types', 'node']
    await run(join(tools, 'tsc'), [...strict, 'example.ts'])
    await holds(await run(join(tools, 'node'), ['example.ts'], environment()))
  })

  it('of Python: generated, type-checked, used', async () => {
    const bin = await python()
    await cp(at('docs/kit/example.py'), join(folder, 'example.py'))
    const path = { PATH: `${bin}:${process.env.PATH}` }
    const said = await run(join(bin, 'openapi-python-client'), PYTHON, path)
    assert.doesNotMatch(said, /WARNING|ERROR/i)
    // What the generator brings for every client (client.py) is its own affair.
    await run(join(bin, 'mypy'), ['--strict', '--follow-imports=silent', 'example.py', 'wishlight_platforms/api', 'wishlight_platforms/models'])
    await holds(await run(join(bin, 'python'), ['-B', 'example.py'], environment()))
  })
})
