// Where a newer schema takes less than an older one, or promises less. What is asked may be asked more loosely; what is answered
// may say more.

/** Limits of what is taken in: by which of two values a program that kept to the older one would be refused. */
const LIMITS = {
  minimum: (old, now) => now > (old ?? -Infinity),
  minLength: (old, now) => now > (old ?? 0),
  minItems: (old, now) => now > (old ?? 0),
  maximum: (old, now) => now < (old ?? Infinity),
  maxLength: (old, now) => now < (old ?? Infinity),
  maxItems: (old, now) => now < (old ?? Infinity),
  pattern: (old, now) => now !== old,
}

/** What a reference within a document stands for. */
export const resolve = (document, value) =>
  value?.$ref ? resolve(document, value.$ref.slice(2).split('/').reduce((at, key) => at?.[key], document)) : value

/** Each place, as a pointer, and what is narrower there. `way` is `asked` for requests, `answered` for answers. */
export function narrowed({ older, newer, way }, was, is) {
  const found = new Set()
  const seen = new Set()
  compare(was, is, '')
  return found

  function compare(one, other, at) {
    const pair = JSON.stringify([one, other])
    if (seen.has(pair)) return
    seen.add(pair)
    const [old, now] = [shape(older, one), shape(newer, other)]
    const say = (what) => found.add(`${at}: ${what}`)
    compareTypes(old, now, say)
    compareValues(old, now, say)
    compareLimits(old, now, say)
    compareMembers(old, now, at, say)
    compareKinds(old, now, at, say)
    if (old.items && now.items) compare(old.items, now.items, `${at}/*`)
    if (isSchema(old.additionalProperties) && isSchema(now.additionalProperties)) compare(old.additionalProperties, now.additionalProperties, `${at}/*`)
  }

  /** Of requests the older types must do, of answers no others may come. */
  function compareTypes(old, now, say) {
    if (old.format !== now.format && (way === 'answered' || now.format)) say(`format ${old.format ?? 'none'} became ${now.format ?? 'none'}`)
    const [given, taken] = way === 'asked' ? [old.types, now.types] : [now.types, old.types]
    if (!taken) return
    const fits = (type) => taken.has(type) || (type === 'integer' && taken.has('number'))
    const name = (types) => [...(types ?? ['any'])].join('|')
    if (!given || ![...given].every(fits)) say(`type ${name(old.types)} became ${name(now.types)}`)
  }

  /** Values are never taken away: programs go by them. A list of values where there was none narrows what is asked. */
  function compareValues(old, now, say) {
    for (const value of old.enum ?? []) if (now.enum && !now.enum.includes(value)) say(`value ${JSON.stringify(value)} removed`)
    if (way === 'asked' && now.enum && !old.enum) say('takes certain values alone')
  }

  function compareLimits(old, now, say) {
    if (way !== 'asked') return
    for (const [limit, isLess] of Object.entries(LIMITS)) {
      if (now[limit] !== undefined && isLess(old[limit], now[limit])) say(`${limit} ${old[limit] ?? 'none'} became ${now[limit]}`)
    }
    if (now.additionalProperties === false && old.additionalProperties !== false && old.properties) say('refuses members that it does not know')
  }

  function compareMembers(old, now, at, say) {
    for (const [name, schema] of Object.entries(old.properties ?? {})) {
      const kept = now.properties?.[name]
      if (kept) compare(schema, kept, `${at}/${name}`)
      else say(`member ${name} removed`)
    }
    if (way === 'asked') {
      for (const name of now.required ?? []) if (!old.required?.has(name)) say(`member ${name} ${old.properties?.[name] ? 'became' : 'is new and'} required`)
    } else {
      for (const name of old.required ?? []) if (now.properties?.[name] && !now.required?.has(name)) say(`member ${name} may be left out`)
    }
  }

  /** One of several, each by its name or its place. */
  function compareKinds(old, now, at, say) {
    const kinds = Object.entries(old.kinds ?? {})
    if (kinds.length > 0 && !now.kinds) return void say('is one of several no more')
    for (const [name, kind] of kinds) {
      if (now.kinds[name]) compare(kind, now.kinds[name], `${at}(${name})`)
      else say(`kind ${name} removed`)
    }
  }
}

const isSchema = (value) => value !== null && typeof value === 'object'

/** A schema with its references, parts (`allOf`) and "or null" taken in: its types, members and kinds. */
function shape(document, schema) {
  const { allOf = [], oneOf, ...own } = resolve(document, schema) ?? {}
  const whole = { ...own, required: new Set(own.required), types: own.type && new Set([own.type].flat()) }
  for (const part of allOf) take(whole, shape(document, part))
  if (!oneOf) return whole
  const kinds = oneOf.filter((kind) => kind.type !== 'null')
  const orNull = kinds.length < oneOf.length
  if (kinds.length === 1) {
    take(whole, shape(document, kinds[0]))
    if (orNull) whole.types?.add('null')
    return whole
  }
  whole.kinds = Object.fromEntries(kinds.map((kind, i) => [nameOf(kind) ?? i, kind]))
  whole.types = undefined
  return whole
}

const nameOf = (kind) => (kind.$ref ?? kind.allOf?.find((part) => part.$ref)?.$ref)?.split('/').at(-1)

function take(whole, { properties, required, types, kinds, ...rest }) {
  for (const [key, value] of Object.entries(rest)) whole[key] ??= value
  if (properties) whole.properties = { ...whole.properties, ...properties }
  for (const name of required) whole.required.add(name)
  whole.types ??= types && new Set(types)
  whole.kinds ??= kinds
}
