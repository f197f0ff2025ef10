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
  const rules = [
    'struct',
    'workflowId-unique',
    'stepId-unique',
    'parameters-unique',
    'criteria-unique',
    'step-onFailure-unique',
    'sourceDescription-type',
    'sourceDescription-name-unique',
    'sourceDescriptions-not-empty',
  ]
  const config = await createConfig({ rules: Object.fromEntries(rules.map((rule) => [rule, 'error'])) })
  const problems = await lint({ ref: file, config })
  assert.deepEqual(problems.map(({ message, location }) => `${location[0].pointer}: ${message}`), [])
  assert.equal(workflows.arazzo, '1.0.1')
  assert.deepEqual(workflows.workflows.map(({ workflowId }) => workflowId), ['sign-in', 'enter-platform', ...JOURNEYS])
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
    await assert.rejects(run((answer, body) => json(answer, { ...body, expires_in: undefined })), /the document says otherwise: .*expires_in/)
    await assert.rejects(run((answer, body) => json(answer, body, 418)), /login never answers 418/)
    await assert.rejects(run(() => new Response('fine', { headers: { 'content-type': 'text/plain' } })), /text\/plain is not among/)
    await assert.rejects(run(() => new Response(null)), /there is no body/)
  })
})

describe('the runner', () => {
  const api = {
    paths: { '/feed/{id}': { post: { operationId: 'ask', responses: { 200: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Feed' } } } } } } } },
    components: { schemas: { Feed: { type: 'object', properties: { items: { type: 'array' } }, required: ['items'] } } },
  }
  const step = {
    stepId: 'follow',
    operationId: 'ask',
    parameters: [
      { name: 'id', in: 'path', value: 'a/{$inputs.n}' },
      { name: 'since', in: 'query', value: '$inputs.n' },
      { name: 'Key', in: 'header', value: 'k-{$inputs.n}' },
    ],
    requestBody: { contentType: 'application/json', payload: { n: '$inputs.n', list: [{ said: 'n is {$inputs.n}' }] } },
    successCriteria: [{ condition: "$response.body#/items/0/id == 'new'" }],
    onFailure: [{ type: 'retry', retryAfter: 0.01, retryLimit: 2 }],
    outputs: { id: '$response.body#/items/0/id', tag: '$response.header.etag' },
  }
  /** Runs one step against answers that stand ready; resolves to what was asked and what came of it. */
  async function once(answers, changes = {}) {
    const asked = []
    const ask = async (address, { method, headers, body }) => {
      asked.push(`${method} ${address} ${headers.Key} ${body}`)
      return new Response(JSON.stringify({ items: answers.shift() }), { headers: { 'content-type': 'application/json; charset=utf-8', etag: '"7"' } })
    }
    const workflow = { workflowId: 'w', steps: [{ ...step, ...changes }], outputs: { id: '$steps.follow.outputs.id', tag: '$steps.follow.outputs.tag' } }
    const outputs = await runner({ workflows: [workflow] }, api, 'http://here', ask)('w', { n: 5 })
    return { asked, outputs }
  }

  it('fills in what is known, and asks again as often as it is told', async () => {
    const { asked, outputs } = await once([[], [], [{ id: 'new' }]])
    assert.deepEqual(outputs, { id: 'new', tag: '"7"' })
    assert.deepEqual(asked, Array(3).fill('POST http://here/feed/a%2F5?since=5 k-5 {"n":5,"list":[{"said":"n is 5"}]}'))
    await assert.rejects(once([[], [], [], [{ id: 'new' }]]), StepFailed)
  })

  it('refuses what it does not know', async () => {
    await assert.rejects(once([], { onSuccess: [] }), /w\/follow: onSuccess is not known here/)
    await assert.rejects(once([], { operationId: 'other' }), /there is no operationId other/)
    await assert.rejects(once([], { parameters: [{ name: 'c', in: 'cookie', value: '1' }] }), /a parameter in cookie/)
    await assert.rejects(once([], { parameters: [{ name: 'c', in: 'query', value: '$inputs.other' }] }), /nothing is known of \$inputs\.other/)
    await assert.rejects(once([], { parameters: [{ name: 'c', in: 'query', value: '$url' }] }), /\$url is not known here/)
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
})
