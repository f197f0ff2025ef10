// The workflows for integrators: well-formed, and each goes through on a server with the demo as it is written.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, describe, it } from 'node:test'
import { PASSWORD, startServer } from '../browser/support/server.mjs'
import { StepFailed, holds, runner } from './arazzo.mjs'
import { at, library } from './libraries.mjs'

const { createConfig, lint, parseYaml } = library('@redocly/openapi-core')

const file = at('openapi/workflows.arazzo.yaml')
const workflows = parseYaml(await readFile(file, 'utf8'))
const api = JSON.parse(await readFile(at('openapi/openapi.json'), 'utf8'))

const JOURNEYS = ['collect-to-publish', 'claim-to-confirmation', 'escalate', 'partner-sync', 'donation-to-trace']

it('is a document of Arazzo 1.0.1', async () => {
  const rules = ['sourceDescription-type', 'workflowId-unique', 'stepId-unique', 'sourceDescription-name-unique', 'sourceDescriptions-not-empty', 'parameters-unique', 'step-onFailure-unique', 'criteria-unique']
  const config = await createConfig({ rules: Object.fromEntries(['struct', ...rules].map((rule) => [rule, 'error'])) })
  const problems = await lint({ ref: file, config })
  assert.deepEqual(problems.map(({ message, location }) => `${location[0].pointer}: ${message}`), [])
  assert.equal(workflows.arazzo, '1.0.1')
  assert.deepEqual(workflows.workflows.map(({ workflowId }) => workflowId), ['sign-in', ...JOURNEYS])
})

describe('on a server with the demo', () => {
  let server
  before(async () => (server = await startServer('sqlite')))
  after(() => server?.end())

  for (const journey of JOURNEYS) {
    it(journey, async () => {
      const run = runner(workflows, api, server.url)
      const outputs = await run(journey, { password: PASSWORD, number: 'T2026112000017' })
      for (const [name, value] of Object.entries(outputs)) assert.equal(typeof value, 'string', name)
    })
  }

  it('ends at the first step that goes otherwise, and tells the answer', async () => {
    const run = runner(workflows, api, server.url)
    await assert.rejects(run('collect-to-publish', { password: 'not-the-password' }), (error) => {
      assert.ok(error instanceof StepFailed)
      assert.match(error.message, /^sign-in\/enter: it does not hold that \$statusCode == 200\n.*login was answered 401: .*"code":/)
      return true
    })
    await assert.rejects(run('collect-to-publish', {}), /the input password is missing/)
  })

  it('holds each answer against the document', async () => {
    const tampered = (change) => async (...asked) => {
      const answer = await fetch(...asked)
      return change(answer, await answer.clone().json())
    }
    const json = (answer, body, status = answer.status) => new Response(JSON.stringify(body), { status, headers: answer.headers })
    const run = (change) => runner(workflows, api, server.url, tampered(change))('sign-in', { username: 'collector', password: PASSWORD })
    await assert.rejects(run((answer, { expires_in: _, ...rest }) => json(answer, rest)), /the document says otherwise: .*expires_in/)
    await assert.rejects(run((answer, body) => json(answer, body, 418)), /login never answers 418/)
    await assert.rejects(run(() => new Response('fine', { headers: { 'content-type': 'text/plain' } })), /text\/plain is not among/)
    await assert.rejects(run(() => new Response(null)), /there is no body/)
  })
})

it('reads simple conditions', () => {
  const known = { inputs: { a: 'x' }, steps: {}, answer: { status: 200, headers: new Headers(), body: { n: 1, list: [{ s: "it's" }] } } }
  for (const [condition, expected] of [
    ['$statusCode == 200', true],
    ['$statusCode != 200', false],
    ['$response.body#/n == 1', true],
    ["$response.body#/n == '1'", false],
    ["$response.body#/list/0/s == 'it''s'", true],
    ['$response.body#/missing == null', false],
    ['$response.body#/missing != $inputs.a', true],
  ]) assert.equal(holds(condition, known), expected, condition)
  assert.throws(() => holds('$statusCode < 300', known), /is not known here/)
})
