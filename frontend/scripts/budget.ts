// Fails when a page loads more than its budget on a first visit: KiB of JS and CSS, gzipped.
// Counts the static closure of each route in the build manifest, which is what the browser fetches.
import { readFile } from 'node:fs/promises'
import { gzipSync } from 'node:zlib'
import { closure, type Manifest, OFFLINE, offlineToo } from './closure.ts'

const dist = new URL('../dist/', import.meta.url)
const manifest = JSON.parse(await readFile(new URL('.vite/manifest.json', dist), 'utf8')) as Manifest

const PUBLIC = 85
const CONSOLE = 130
const CSS = 15
const WALL = 75
/** The worker itself, and all that it keeps for the collectors. */
const WORKER = 12
const KEPT = 400

function budgetOf(page: string): number {
  if (page.endsWith('/WallPage.vue')) return WALL
  return /features\/(wall|wish|claims|account|about)\//.test(page) ? PUBLIC : CONSOLE
}

const sizes = new Map<string, number>()
async function kib(file: string): Promise<number> {
  const known = sizes.get(file)
  if (known !== undefined) return known
  const size = gzipSync(await readFile(new URL(file, dist)), { level: 9 }).length / 1024
  sizes.set(file, size)
  return size
}

const sum = async (files: string[]) => (await Promise.all(files.map(kib))).reduce((a, b) => a + b, 0)

// Every page sits in a layout that it does not import: the heaviest layout is counted for each.
const layouts = Object.keys(manifest).filter((key) => key.startsWith('src/layouts/'))
const pages = Object.keys(manifest).filter((key) => /^src\/features\/.*Page\.vue$/.test(key))
if (pages.length === 0) throw new Error('no pages in the manifest')

let failed = false
for (const page of pages.toSorted()) {
  const wanted = budgetOf(page)
  const layout = layouts.filter((key) => key.includes('Console') === (wanted === CONSOLE))
  const files = new Set(['index.html', page, ...layout].flatMap((key) => [...closure(manifest, key)]))
  const total = await sum([...files])
  const css = await sum([...files].filter((file) => file.endsWith('.css')))
  const over = total > wanted || css > CSS
  failed ||= over
  console.log(`${over ? 'OVER' : 'ok  '} ${total.toFixed(1).padStart(6)} / ${wanted} KiB, CSS ${css.toFixed(1).padStart(4)} / ${CSS}  ${page}`)
}
const kept = [...new Set(OFFLINE.flatMap((key) => [...closure(manifest, key, offlineToo)]))]
for (const [name, total, wanted] of [['sw.js', await kib('sw.js'), WORKER], ['kept for use without a network', await sum(kept), KEPT]] as const) {
  const over = total > wanted
  failed ||= over
  console.log(`${over ? 'OVER' : 'ok  '} ${total.toFixed(1).padStart(6)} / ${wanted} KiB  ${name}`)
}
process.exitCode = failed ? 1 : 0
