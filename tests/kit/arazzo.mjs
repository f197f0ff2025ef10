// Runs the workflows of an Arazzo 1.0.1 document against a server, and holds every answer against the API's document: its
// status, its media type and its schema. It knows what openapi/workflows.arazzo.yaml uses: steps that call an operation or another
// workflow, parameters, JSON bodies, runtime expressions, simple conditions, outputs and retries; of anything else it
// says that it does not know it.
import { setTimeout as wait } from 'node:timers/promises'
import { library } from './libraries.mjs'
import { resolve } from './narrowed.mjs'

const Ajv = library('@redocly/ajv/dist/2020').default

/** Why a workflow ended, with what the server said. */
export class StepFailed extends Error {
  constructor(at, why, answer) {
    super(`${at}: ${why}${answer ? `\n  ${answer.asked} was answered ${answer.status}: ${JSON.stringify(answer.body)}` : ''}`)
  }
}

/** What a document of workflows describes, on the server at `url`. `ask` is fetch, or stands in for it. */
export function runner({ workflows }, api, url, ask = fetch) {
  const operations = operationsOf(api)
  const faultsOf = validator(api)

  async function runWorkflow(id, inputs) {
    const workflow = find(workflows, 'workflowId', id)
    for (const name of workflow.inputs?.required ?? []) if (!(name in inputs)) throw new Error(`${id}: the input ${name} is missing`)
    const steps = {}
    for (const step of workflow.steps) {
      refuseUnknown(step, STEP, `${id}/${step.stepId}`)
      steps[step.stepId] = { outputs: await runStep(step, `${id}/${step.stepId}`, { inputs, steps }) }
    }
    return outputsOf(workflow, { inputs, steps })
  }

  async function runStep(step, at, known) {
    if (step.workflowId) {
      const inputs = Object.fromEntries((step.parameters ?? []).map(({ name, value }) => [name, evaluate(value, known)]))
      return outputsOf(step, { ...known, outputs: await runWorkflow(step.workflowId, inputs) })
    }
    const retry = (step.onFailure ?? []).find(({ type }) => type === 'retry')
    for (let left = retry?.retryLimit ?? 0; ; left -= 1) {
      const answer = await call(step, at, known)
      const now = { ...known, answer }
      const unmet = (step.successCriteria ?? []).map(({ condition }) => condition).find((condition) => !holds(condition, now))
      if (unmet === undefined) return outputsOf(step, now)
      if (left <= 0) throw new StepFailed(at, `it does not hold that ${unmet}`, answer)
      await wait((retry.retryAfter ?? 0) * 1000)
    }
  }

  async function call(step, at, known) {
    const { method, path, operation } = find(operations, 'operationId', step.operationId)
    const address = new URL(url)
    const headers = {}
    let route = path
    for (const { name, in: place, value } of step.parameters ?? []) {
      const given = evaluate(value, known)
      if (given === undefined) throw new StepFailed(at, `nothing is known of ${value}`)
      if (place === 'path') route = route.replace(`{${name}}`, encodeURIComponent(given))
      else if (place === 'query') address.searchParams.set(name, given)
      else if (place === 'header') headers[name] = given
      else throw new StepFailed(at, `a parameter in ${place}`)
    }
    address.pathname = route
    let body
    if (step.requestBody) {
      headers['Content-Type'] = step.requestBody.contentType
      body = JSON.stringify(evaluate(step.requestBody.payload, known))
    }
    const response = await ask(address, { method, headers, body })
    const text = await response.text()
    const type = response.headers.get('content-type')?.split(';')[0]
    const answer = {
      asked: `${method} ${address.pathname}${address.search}`,
      status: response.status,
      headers: response.headers,
      body: /\bjson$/.test(type ?? '') ? JSON.parse(text) : text || null,
    }
    const faults = faultsOf(operation, answer.status, type, answer.body)
    if (faults) throw new StepFailed(at, `the document says otherwise: ${faults}`, answer)
    return answer
  }

  return runWorkflow
}

const STEP = ['stepId', 'description', 'operationId', 'workflowId', 'parameters', 'requestBody', 'successCriteria', 'onFailure', 'outputs']

function refuseUnknown(step, known, at) {
  const stranger = Object.keys(step).find((name) => !known.includes(name))
  if (stranger) throw new Error(`${at}: ${stranger} is not known here`)
}

function find(all, key, value) {
  const found = all.find((one) => one[key] === value)
  if (!found) throw new Error(`there is no ${key} ${value}`)
  return found
}

function operationsOf(api) {
  const found = []
  for (const [path, item] of Object.entries(api.paths)) {
    for (const [method, operation] of Object.entries(item)) found.push({ operationId: operation.operationId, method: method.toUpperCase(), path, operation })
  }
  return found
}

/** Says what is wrong with an answer, by the document; null where nothing is. */
function validator(api) {
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true })
  ajv.addSchema(api, 'api')
  return function faultsOf(operation, status, type, body) {
    const response = resolve(api, operation.responses[status])
    if (!response) return `${operation.operationId} never answers ${status}`
    const content = response.content ?? {}
    if (type === undefined) return Object.keys(content).length > 0 ? 'there is no body' : null
    if (!(type in content)) return `${type} is not among ${Object.keys(content)}`
    // A `$ref` within the schema is of the whole document.
    const schema = JSON.parse(JSON.stringify(content[type].schema), (key, value) => (key === '$ref' ? `api${value}` : value))
    return ajv.validate(schema, body) ? null : ajv.errorsText()
  }
}

const outputsOf = ({ outputs = {} }, known) => Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, evaluate(value, known)]))

/** A value with every runtime expression in it replaced, at any depth. */
function evaluate(value, known) {
  if (Array.isArray(value)) return value.map((one) => evaluate(one, known))
  if (value && typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, evaluate(one, known)]))
  if (typeof value !== 'string') return value
  if (value.startsWith('$')) return look(value, known)
  return value.replace(/\{(\$[^}]+)\}/g, (_, expression) => look(expression, known))
}

function look(expression, { inputs, steps, outputs, answer }) {
  const [source, pointer] = expression.split('#')
  const [kind, ...names] = source.slice(1).split('.')
  if (kind === 'inputs') return inputs[names[0]]
  if (kind === 'outputs') return outputs?.[names[0]]
  if (kind === 'steps' && names[1] === 'outputs') return steps[names[0]]?.outputs[names[2]]
  if (kind === 'statusCode') return answer.status
  if (kind === 'response' && names[0] === 'header') return answer.headers.get(names[1]) ?? undefined
  if (kind === 'response' && names[0] === 'body') {
    return (pointer ?? '').split('/').slice(1).reduce((at, key) => at?.[key], answer.body)
  }
  throw new Error(`${expression} is not known here`)
}

/** Of a simple condition: two values, and whether they are the same. */
export function holds(condition, known) {
  const [, left, operator, right] = /^(\S+) (==|!=) (.+)$/.exec(condition) ?? []
  if (!operator) throw new Error(`${condition} is not known here`)
  const [one, other] = [left, right].map((side) => operand(side, known))
  return (one === other) === (operator === '==')
}

function operand(side, known) {
  if (side.startsWith('$')) return look(side, known)
  if (/^'.*'$/.test(side)) return side.slice(1, -1).replaceAll("''", "'")
  return JSON.parse(side)
}
