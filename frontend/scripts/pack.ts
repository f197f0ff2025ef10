// Packs what was built once and as tightly as it goes, beside the files themselves: the server hands these out as they
// are, instead of packing loosely and anew for every visitor.
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import type { Plugin } from 'vite'

const PACKED = /\.(js|css|svg|html)$/
/** Below this nothing is won. */
const LEAST = 512

export function pack(): Plugin {
  let folder = 'dist'
  return {
    name: 'pack',
    apply: 'build',
    configResolved: ({ root, build }) => {
      folder = join(root, build.outDir)
    },
    async closeBundle() {
      const files = (await readdir(folder, { recursive: true })).filter((file) => PACKED.test(file))
      await Promise.all(files.map((file) => packOne(join(folder, file))))
    },
  }
}

async function packOne(file: string): Promise<void> {
  const plain = await readFile(file)
  if (plain.length < LEAST) return
  await Promise.all([writeFile(`${file}.gz`, gzipSync(plain, { level: 9 })), writeFile(`${file}.br`, brotliCompressSync(plain))])
}
