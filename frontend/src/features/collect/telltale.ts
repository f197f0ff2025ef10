export interface Telltale {
  from: number
  to: number
}

// Long digits are a phone or an identity number; a number before 栋, 室, 号 is a door.
const PATTERNS = [/\d[\d\- ]{5,}\d[Xx]?/g, /\d+\s*(?:栋|幢|座|单元|号楼|室|号(?!码))[\dA-Za-z]*(?:\s*(?:栋|单元|室|号))?/g]

/** The places of a text that would let a neighbour know whose wish it is. A help, not a proof: people read it again. */
export function telltales(text: string, names: readonly string[]): Telltale[] {
  const found: Telltale[] = []
  for (const pattern of PATTERNS) for (const match of text.matchAll(pattern)) found.push({ from: match.index, to: match.index + match[0].length })
  for (const name of names.map((one) => one.trim()).filter((one) => one.length > 1)) {
    for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + name.length)) found.push({ from: at, to: at + name.length })
  }
  return merge(found)
}

function merge(found: Telltale[]): Telltale[] {
  const result: Telltale[] = []
  for (const one of found.toSorted((a, b) => a.from - b.from)) {
    const last = result.at(-1)
    if (last && one.from <= last.to) last.to = Math.max(last.to, one.to)
    else result.push({ ...one })
  }
  return result
}

/** The text in pieces, those that tell marked. */
export function pieces(text: string, names: readonly string[]): { text: string; tells: boolean }[] {
  const result: { text: string; tells: boolean }[] = []
  let at = 0
  for (const { from, to } of telltales(text, names)) {
    if (from > at) result.push({ text: text.slice(at, from), tells: false })
    result.push({ text: text.slice(from, to), tells: true })
    at = to
  }
  if (at < text.length) result.push({ text: text.slice(at), tells: false })
  return result
}
