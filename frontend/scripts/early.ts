// Tells before-paint.js what the wall is made of, so that its pieces are on their way while the frame is still being read:
// on a slow line a first visit of the wall is a turn around shorter, and every other page fetches nothing more.
import type { Plugin } from 'vite'

const WALL = '/src/features/wall/WallPage.vue'

interface Piece {
  type: string
  fileName: string
  isEntry?: boolean
  facadeModuleId?: string | null
  imports?: string[]
  viteMetadata?: { importedCss: Set<string> }
}

/** The files of a piece and of all that it imports, its styles among them. */
function files(bundle: Record<string, Piece>, name: string, found = new Set<string>()): Set<string> {
  if (found.has(name)) return found
  found.add(name)
  for (const css of bundle[name]?.viteMetadata?.importedCss ?? []) found.add(css)
  for (const next of bundle[name]?.imports ?? []) files(bundle, next, found)
  return found
}

export function early(): Plugin {
  return {
    name: 'early',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler(html, { bundle }) {
        const pieces = (bundle ?? {}) as unknown as Record<string, Piece>
        const wall = Object.values(pieces).find(({ facadeModuleId }) => facadeModuleId?.endsWith(WALL))
        if (!wall) throw new Error(`not in the build: ${WALL}`)
        const more = [...files(pieces, wall.fileName)].filter((file) => !html.includes(file)).map((file) => `/${file}`)
        return html.replace('src="/before-paint.js"', (src) => `${src} data-wall="${more.join(' ')}"`)
      },
    },
  }
}
