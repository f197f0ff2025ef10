// Writes sw.js: the worker of src/offline/sw.ts with the list of what it keeps, read from what was built.
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { build, type Plugin } from 'vite'
import { closure, type Manifest, OFFLINE, offlineToo } from './closure.ts'

/** Without a hash in their names. */
const PLAIN = ['index.html', 'before-paint.js', 'lamp.svg', 'manifest.webmanifest', 'lamp-192.png']

export function worker(): Plugin {
  let root = ''
  let folder = 'dist'
  return {
    name: 'worker',
    apply: 'build',
    configResolved(config) {
      root = config.root
      folder = join(root, config.build.outDir)
    },
    // Before what is packed when everything is there.
    async writeBundle() {
      await build({
        root,
        configFile: false,
        publicDir: false,
        logLevel: 'warn',
        define: { PRECACHE: JSON.stringify(await list(folder)) },
        build: {
          outDir: folder,
          emptyOutDir: false,
          target: ['chrome111', 'safari16.4', 'firefox113'],
          rolldownOptions: { input: join(root, 'src/offline/sw.ts'), output: { format: 'iife', entryFileNames: 'sw.js' } },
        },
      })
    },
  }
}

async function list(folder: string): Promise<{ url: string; revision: string | null }[]> {
  const manifest = JSON.parse(await readFile(join(folder, '.vite/manifest.json'), 'utf8')) as Manifest
  const missing = OFFLINE.filter((key) => !(key in manifest))
  if (missing.length > 0) throw new Error(`not in the build: ${missing.join(', ')}`)
  const hashed = new Set(OFFLINE.flatMap((key) => [...closure(manifest, key, offlineToo)]).filter((file) => !PLAIN.includes(file)))
  const plain = PLAIN.map(async (file) => {
    const text = await readFile(join(folder, file))
    return { url: `/${file}`, revision: createHash('sha256').update(text).digest('hex').slice(0, 16) }
  })
  return [...(await Promise.all(plain)), ...[...hashed].toSorted().map((file) => ({ url: `/${file}`, revision: null }))]
}
