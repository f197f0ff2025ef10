// The committed API document breaks no program that was written for the last released one; and what counts as a break.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { describe, it } from 'node:test'
import { breaks, withoutSunset } from './breaking.mjs'
import { at } from './libraries.mjs'

const TODAY = '2026-11-20'
const read = async (name) => JSON.parse(await readFile(at(`openapi/${name}.json`), 'utf8'))

it('nothing that was released is broken', async () => {
  const [released, current] = [await read('released'), await read('openapi')]
  assert.deepEqual(breaks(released, current, new Date().toISOString().slice(0, 10)), [])
  assert.deepEqual(withoutSunset(current), [])
})

const small = () => ({
  security: [{ bearer: [] }],
  paths: {
    '/wishes': {
      get: {
        operationId: 'list_wishes',
        security: [],
        parameters: [{ name: 'status', in: 'query', schema: { $ref: '#/components/schemas/Status' } }, { name: 'limit', in: 'query', schema: { type: 'integer', maximum: 100 } }],
        responses: {
          200: {
            headers: { ETag: {} },
            content: {
              'application/json': {
                schema: {
                  type: 'object',
                  properties: { items: { type: 'array', items: { $ref: '#/components/schemas/Wish' } }, tally: { type: 'object', additionalProperties: { type: 'integer' } } },
                  required: ['items'],
                },
              },
            },
          },
          404: { $ref: '#/components/responses/NotFound' },
        },
      },
      post: {
        operationId: 'create_wish',
        security: [{ platform_key: ['wishes:write'] }, { bearer: [] }],
        requestBody: { required: false, content: { 'application/json': { schema: { $ref: '#/components/schemas/NewWish' } } } },
        responses: { 201: {}, 200: {} },
      },
    },
  },
  components: {
    responses: { NotFound: { content: { 'application/problem+json': { schema: { type: 'object' } } } } },
    schemas: {
      Status: { type: 'string', enum: ['open', 'claimed'] },
      Wish: {
        oneOf: [
          { allOf: [{ $ref: '#/components/schemas/Public' }, { type: 'object', properties: { view: { enum: ['public'], type: 'string' } }, required: ['view'] }] },
          { allOf: [{ $ref: '#/components/schemas/Full' }, { type: 'object', properties: { view: { enum: ['full'], type: 'string' } }, required: ['view'] }] },
        ],
      },
      Public: { type: 'object', properties: { title: { type: 'string' }, near: { oneOf: [{ $ref: '#/components/schemas/Place' }, { type: 'null' }] } }, required: ['title'] },
      Full: { type: 'object', properties: { title: { type: 'string' }, count: { type: 'number' }, at: { $ref: '#/components/schemas/Place' } } },
      Place: { type: 'object', properties: { name: { type: 'string' }, within: { oneOf: [{ $ref: '#/components/schemas/Place' }, { type: 'null' }] } } },
      NewWish: {
        type: 'object',
        properties: {
          title: { type: 'string', maxLength: 60, minLength: 2, pattern: '^.' },
          day: { type: ['string', 'null'], format: 'date' },
          count: { type: 'integer', minimum: 1, maximum: 9 },
          list: { type: 'array', minItems: 1, maxItems: 5, items: { $ref: '#/components/schemas/Status' } },
        },
        required: ['title'],
      },
    },
  },
})

const GET = ({ paths }) => paths['/wishes'].get
const POST = ({ paths }) => paths['/wishes'].post
const of = (name) => ({ components }) => components.schemas[name]
const NEW = of('NewWish')

/** What was changed, and what is said of it. */
const BROKEN = [
  [({ paths }) => delete paths['/wishes'].get, 'GET /wishes: removed'],
  [(d) => (d.paths = { '/wish': d.paths['/wishes'] }), 'GET /wishes: removed', 'POST /wishes: removed'],
  [(d) => (GET(d).operationId = 'find_wishes'), 'GET /wishes: operationId list_wishes became find_wishes'],
  [(d) => GET(d).parameters.pop(), 'GET /wishes: parameter limit in query removed'],
  [(d) => (GET(d).parameters[1].in = 'header'), 'GET /wishes: parameter limit in query removed'],
  [(d) => (GET(d).parameters[1].required = true), 'GET /wishes: parameter limit in query became required'],
  [(d) => GET(d).parameters.push({ name: 'of', in: 'query', required: true, schema: {} }), 'GET /wishes: required parameter of in query is new'],
  [(d) => (GET(d).parameters[1].schema.maximum = 50), 'GET /wishes: parameter limit in query: maximum 100 became 50'],
  [(d) => (GET(d).parameters[1].schema.minimum = -1), 'GET /wishes: parameter limit in query: minimum none became -1'],
  [(d) => of('Status')(d).enum.pop(), 'GET /wishes: parameter status in query: value "claimed" removed', 'POST /wishes: body/list/*: value "claimed" removed'],
  [(d) => (POST(d).requestBody.required = true), 'POST /wishes: a body became required'],
  [(d) => delete POST(d).requestBody, 'POST /wishes: body: application/json removed'],
  [(d) => delete NEW(d).properties.day, 'POST /wishes: body: member day removed'],
  [(d) => NEW(d).required.push('day'), 'POST /wishes: body: member day became required'],
  [(d) => NEW(d).required.push('place'), 'POST /wishes: body: member place is new and required'],
  [(d) => (NEW(d).additionalProperties = false), 'POST /wishes: body: refuses members that it does not know'],
  [(d) => (NEW(d).properties.day.type = 'string'), 'POST /wishes: body/day: type string|null became string'],
  [(d) => (NEW(d).properties.day.format = 'date-time'), 'POST /wishes: body/day: format date became date-time'],
  [(d) => (NEW(d).properties.title.format = 'uuid'), 'POST /wishes: body/title: format none became uuid'],
  [(d) => (NEW(d).properties.title.enum = ['a']), 'POST /wishes: body/title: takes certain values alone'],
  [(d) => (NEW(d).properties.title.minLength = 3), 'POST /wishes: body/title: minLength 2 became 3'],
  [(d) => (NEW(d).properties.title.maxLength = 59), 'POST /wishes: body/title: maxLength 60 became 59'],
  [(d) => (NEW(d).properties.title.pattern = '^[A-Z]'), 'POST /wishes: body/title: pattern ^. became ^[A-Z]'],
  [(d) => (NEW(d).properties.count.minimum = 2), 'POST /wishes: body/count: minimum 1 became 2'],
  [(d) => (NEW(d).properties.list.minItems = 2), 'POST /wishes: body/list: minItems 1 became 2'],
  [(d) => (NEW(d).properties.list.maxItems = 4), 'POST /wishes: body/list: maxItems 5 became 4'],
  [(d) => delete POST(d).responses[200], 'POST /wishes: answer 200 removed'],
  [(d) => delete GET(d).responses[404], 'GET /wishes: answer 404 removed'],
  [(d) => delete GET(d).responses[200].headers.ETag, 'GET /wishes: answer 200: header ETag removed'],
  [(d) => (d.components.responses.NotFound.content = { 'text/plain': {} }), 'GET /wishes: answer 404: application/problem+json removed'],
  [(d) => delete of('Public')(d).properties.title, 'GET /wishes: answer 200/items/*(Public): member title removed'],
  [(d) => (of('Public')(d).required = []), 'GET /wishes: answer 200/items/*(Public): member title may be left out'],
  [(d) => delete of('Place')(d).properties.name, 'GET /wishes: answer 200/items/*(Public)/near: member name removed', 'GET /wishes: answer 200/items/*(Full)/at: member name removed'],
  [(d) => (of('Full')(d).properties.title.type = ['string', 'null']), 'GET /wishes: answer 200/items/*(Full)/title: type string became string|null'],
  [(d) => delete of('Full')(d).properties.title.type, 'GET /wishes: answer 200/items/*(Full)/title: type string became any'],
  [(d) => (of('Full')(d).properties.at = { oneOf: [{ $ref: '#/components/schemas/Place' }, { type: 'null' }] }), 'GET /wishes: answer 200/items/*(Full)/at: type object became object|null'],
  [(d) => of('Wish')(d).oneOf.pop(), 'GET /wishes: answer 200/items/*: is one of several no more'],
  [(d) => of('Wish')(d).oneOf.splice(1, 1, { $ref: '#/components/schemas/Place' }), 'GET /wishes: answer 200/items/*: kind Full removed'],
  [(d) => (GET(d).responses[200].content['application/json'].schema.properties.tally.additionalProperties.type = 'string'), 'GET /wishes: answer 200/tally/*: type integer became string'],
  [(d) => delete GET(d).security, 'GET /wishes: no longer open to anybody'],
  [(d) => POST(d).security.pop(), 'POST /wishes: no longer open to bearer'],
  [(d) => POST(d).security[0].platform_key.push('claims:write'), 'POST /wishes: no longer open to platform_key wishes:write'],
]

/** What was added, or asked more loosely. */
const FINE = [
  (d) => (d.paths['/more'] = { get: { operationId: 'more', responses: {} } }),
  (d) => GET(d).parameters.push({ name: 'q', in: 'query', schema: { type: 'string' } }),
  (d) => (GET(d).parameters[1].schema.maximum = 200),
  (d) => of('Status')(d).enum.push('fulfilled'),
  (d) => (NEW(d).properties.place = { type: 'string' }),
  (d) => (NEW(d).properties.count.type = 'number'),
  (d) => (NEW(d).properties.count.type = ['integer', 'null']),
  (d) => delete NEW(d).properties.day.format,
  (d) => (NEW(d).required = []),
  (d) => (NEW(d).properties.title.minLength = 1),
  (d) => delete NEW(d).properties.title.pattern,
  (d) => (GET(d).responses[429] = {}),
  (d) => (of('Public')(d).properties.since = { type: 'string' }),
  (d) => of('Public')(d).required.push('near'),
  (d) => Object.assign(of('Full')(d).properties.title, { enum: ['a'], maxLength: 1 }),
  (d) => (of('Full')(d).properties.count.type = 'integer'),
  (d) => of('Wish')(d).oneOf.push({ $ref: '#/components/schemas/Place' }),
  (d) => (POST(d).security = []),
  (d) => POST(d).security.push({ other: [] }),
  (d) => (GET(d).summary = 'Other words'),
]

const changed = (change) => {
  const document = small()
  change(document)
  return document
}

describe('a break', () => {
  for (const [change, ...expected] of BROKEN) it(expected[0], () => assert.deepEqual(breaks(small(), changed(change), TODAY), expected))
})

describe('no break', () => {
  for (const change of FINE) it(String(change), () => assert.deepEqual(breaks(small(), changed(change), TODAY), []))
})

describe('what is deprecated', () => {
  const until = (day) => changed((d) => Object.assign(GET(d), { deprecated: true, 'x-sunset': day }))
  const gone = changed(({ paths }) => delete paths['/wishes'].get)

  it('stays until its sunset, and may go after it', () => {
    assert.deepEqual(breaks(until(TODAY), gone, TODAY), ['GET /wishes: removed'])
    assert.deepEqual(breaks(until('2026-11-19'), gone, TODAY), [])
  })
  it('goes no earlier than was said', () => {
    assert.deepEqual(breaks(until('2027-05-01'), until('2027-04-30'), TODAY), ['GET /wishes: sunset 2027-05-01 became 2027-04-30'])
    assert.deepEqual(breaks(until('2027-05-01'), until('2027-06-01'), TODAY), [])
    assert.deepEqual(breaks(until('2027-05-01'), small(), TODAY), [])
  })
  it('says until when', () => {
    assert.deepEqual(withoutSunset(until(undefined)), ['GET /wishes: deprecated without a day in x-sunset'])
    assert.deepEqual(withoutSunset(until('soon')), ['GET /wishes: deprecated without a day in x-sunset'])
    assert.deepEqual(withoutSunset(until('2027-05-01')), [])
    const without = changed((d) => (GET(d).deprecated = true))
    assert.deepEqual(breaks(without, gone, TODAY), ['GET /wishes: removed'], 'without a day it never ends')
  })
})
