// docs/INTEGRATORS.md as somebody follows it who has nothing yet: its commands in one shell, in its order, against a server with
// the demo. Only what starts the server, and what installs packages (clients.test.mjs), is left out.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { after, before, it } from 'node:test'
import { startServer } from '../browser/support/server.mjs'
import { at } from './libraries.mjs'

const guide = await readFile(at('docs/INTEGRATORS.md'), 'utf8')

/** The blocks of commands, without their indentation. */
function blocks(text) {
  const found = []
  for (const paragraph of text.split(/\n\n+/)) {
    const lines = paragraph.split('\n')
    if (lines.every((line) => /^ {4,}\S/.test(line))) found.push(lines.map((line) => line.trim()).join('\n'))
  }
  return found
}

const isSample = (block) => block.startsWith('{')
const startsServer = (block) => block.endsWith('make run')
const receives = (block) => block.startsWith('WEBHOOK_SECRET=')
const installs = (block) => /npm install|pip install|wishlight-client/.test(block)

let server
let port

before(async () => {
  const socket = createServer().listen(0, '127.0.0.1')
  await once(socket, 'listening')
  port = socket.address().port
  await new Promise((closed) => socket.close(closed))
  server = await startServer('sqlite', () => ({ WISHLIGHT_OUTGOING_ALLOW: `http://127.0.0.1:${port}` }))
})
after(() => server?.end())

/** A program that listens, and what the next block has it verify; other messages may come before. */
const receiving = (command, next) => `
exec {said}< <(PORT=${port} exec env ${command.replace('python3', 'python3 -u -B')})
receiver=$!
hear listening
${next}
hear 'verified: ping {}'
arrived
kill $receiver; receiver=; exec {said}<&-`

/** A refusal ends the shell, and so does a name that nothing gave a value. */
const STRICT = `set -euo pipefail
receiver=; trap '[ -z "$receiver" ] || kill $receiver' EXIT
curl() { command curl --fail-with-body --max-time 20 "$@"; }
trace() { echo "## $1" >&2; }
hear() { local line=; until [[ $line == "$1"* ]]; do read -rt 20 line <&$said; echo "$line"; done; }
arrived() { # the receiver's answer, too
  until curl -s "$base/webhooks/$webhook/deliveries" -H "Authorization: Bearer $key" |
    jq -e '[.items[] | select(.kind == "ping").state] | all(. == "delivered")'; do sleep 0.1; done
}
`

it('each command does what the page says', { timeout: 120_000 }, async ({ signal }) => {
  const all = blocks(guide).filter((block) => !isSample(block) && !startsServer(block) && !installs(block))
  const commands = all.flatMap((block, i) => {
    if (receives(block)) return block.split('\n').map((receiver) => receiving(receiver, all[i + 1]))
    return i > 0 && receives(all[i - 1]) ? [] : [block]
  })
  assert.equal(all.filter(receives).length, 1, 'the receivers are found')
  const calls = (text) => text.match(/^ {4,}.*curl -s.*$/gm)?.length ?? 0
  assert.equal(blocks(guide).flatMap((block) => block.match(/curl -s/g) ?? []).length, calls(guide), 'and each command')
  const script = commands.map((command, i) => `trace ${i}\n${command}`).join('\n')
    .replaceAll('http://127.0.0.1:8080', server.url)
    .replaceAll('127.0.0.1:8099', `127.0.0.1:${port}`)
  const shell = spawn('bash', ['-s'], { cwd: at('.'), signal, env: { ...process.env, PATH: `${at('frontend/node_modules/.bin')}:${process.env.PATH}` } })
  let said = ''
  for (const stream of [shell.stdout, shell.stderr]) stream.setEncoding('utf8').on('data', (text) => (said += text))
  shell.stdin.end(`${STRICT}${script}\necho "## followed to its end"\n`)
  const [code] = await once(shell, 'close')
  const last = commands[Number(said.match(/(?<=## )\d+/g)?.at(-1) ?? 0)]
  assert.equal(code, 0, `${last}\n\n${said.slice(-1500)}`)
  assert.match(said, /## followed to its end\n$/)
  assert.equal(said.match(/verified: ping \{\}/g).length, 2, 'both receivers')
})
