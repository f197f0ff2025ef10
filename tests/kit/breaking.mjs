// What of a newer API document would break a program that was written for an older one. Additions break nothing: clients ignore
// members and values that they do not know (docs/API-DESIGN.md). What was deprecated may go once its sunset has passed.
import { narrowed, resolve } from './narrowed.mjs'

const METHODS = ['get', 'put', 'post', 'delete', 'patch']

/** Each break in one line: where, and what. `today` is a day as YYYY-MM-DD. */
export function breaks(older, newer, today) {
  const found = []
  const said = (where) => (what) => found.push(`${where}: ${what}`)
  for (const [path, item] of Object.entries(older.paths)) {
    for (const method of METHODS.filter((method) => item[method])) {
      const [was, is] = [item[method], newer.paths[path]?.[method]]
      if (is) compareOperation({ older, newer, say: said(`${method.toUpperCase()} ${path}`) }, was, is)
      else if (!isOver(was, today)) said(`${method.toUpperCase()} ${path}`)('removed')
    }
  }
  return found
}

/** What is deprecated says until when it is served, or nobody could plan for its end. */
export function withoutSunset(document) {
  const found = []
  for (const [path, item] of Object.entries(document.paths)) {
    for (const method of METHODS) {
      if (item[method]?.deprecated && !isDay(item[method]['x-sunset'])) found.push(`${method.toUpperCase()} ${path}: deprecated without a day in x-sunset`)
    }
  }
  return found
}

const isDay = (text) => /^\d{4}-\d\d-\d\d$/.test(text ?? '')
const isOver = (operation, today) => operation.deprecated === true && isDay(operation['x-sunset']) && operation['x-sunset'] < today

function compareOperation(at, was, is) {
  const { say } = at
  if (was.operationId !== is.operationId) say(`operationId ${was.operationId} became ${is.operationId}`)
  if (is['x-sunset'] < was['x-sunset']) say(`sunset ${was['x-sunset']} became ${is['x-sunset']}`)
  compareParameters(at, was.parameters ?? [], is.parameters ?? [])
  compareBody(at, was.requestBody, is.requestBody)
  compareResponses(at, was.responses, is.responses)
  compareSecurity(at, was.security ?? at.older.security ?? [], is.security ?? at.newer.security ?? [])
}

function compareParameters(at, was, is) {
  const same = (one) => (other) => one.name === other.name && one.in === other.in
  for (const old of was) {
    const now = is.find(same(old))
    const name = `parameter ${old.name} in ${old.in}`
    if (!now) {
      at.say(`${name} removed`)
      continue
    }
    if (now.required && !old.required) at.say(`${name} became required`)
    compareSchema(at, name, 'asked', old.schema, now.schema)
  }
  for (const now of is) if (now.required && !was.some(same(now))) at.say(`required parameter ${now.name} in ${now.in} is new`)
}

function compareBody(at, was, is) {
  if (is?.required && !was?.required) at.say('a body became required')
  compareContent(at, 'asked', 'body', was?.content, is?.content)
}

function compareResponses(at, was, is) {
  for (const [status, named] of Object.entries(was)) {
    if (!is[status]) {
      at.say(`answer ${status} removed`)
      continue
    }
    const [old, now] = [resolve(at.older, named), resolve(at.newer, is[status])]
    compareContent(at, 'answered', `answer ${status}`, old.content, now.content)
    for (const header of Object.keys(old.headers ?? {})) if (!now.headers?.[header]) at.say(`answer ${status}: header ${header} removed`)
  }
}

function compareContent(at, way, where, was = {}, is = {}) {
  for (const [type, { schema }] of Object.entries(was)) {
    if (is[type]) compareSchema(at, where, way, schema, is[type].schema)
    else at.say(`${where}: ${type} removed`)
  }
}

function compareSchema({ older, newer, say }, where, way, was, is) {
  for (const what of narrowed({ older, newer, way }, was, is)) say(`${where}${what}`)
}

/** Each way to be let in (schemes with their scopes; none where anybody is) that was good must still be. */
function compareSecurity({ say }, was, is) {
  const isMet = (held) => (wanted) => Object.entries(wanted).every(([scheme, scopes]) => held[scheme] && scopes.every((scope) => held[scheme].includes(scope)))
  const anybody = (ways) => (ways.length > 0 ? ways : [{}])
  for (const held of anybody(was)) {
    const name = Object.entries(held).map(([scheme, scopes]) => [scheme, ...scopes].join(' ')).join(' with ')
    if (!anybody(is).some(isMet(held))) say(`no longer open to ${name || 'anybody'}`)
  }
}
