// What a page loads, from the build's manifest.
export interface Chunk {
  file: string
  css?: string[]
  imports?: string[]
  dynamicImports?: string[]
}
export type Manifest = Record<string, Chunk>

/** The files of a chunk and of all that it imports; with `more`, also of those that it fetches later and that are wanted too. */
export function closure(manifest: Manifest, key: string, more: (key: string) => boolean = () => false, files = new Set<string>(), seen = new Set<string>()): Set<string> {
  const chunk = manifest[key]
  if (!chunk || seen.has(key)) return files
  seen.add(key)
  for (const file of [chunk.file, ...(chunk.css ?? [])]) files.add(file)
  for (const next of [...(chunk.imports ?? []), ...(chunk.dynamicImports ?? []).filter(more)]) closure(manifest, next, more, files, seen)
  return files
}

/** What opens without a network: the collectors' pages, and those to which they may be sent from there. */
export const OFFLINE = [
  'src/routes/console.ts',
  'src/layouts/ConsoleLayout.vue',
  'src/features/collect/CollectPage.vue',
  'src/features/collect/OutboxPage.vue',
  'src/features/account/LoginPage.vue',
  'src/features/about/NotAllowedPage.vue',
]

/** Their English, and the parts of them that come later. */
export const offlineToo = (key: string): boolean => /(?:messages|refusals|workTitles)\.en\.ts$|src\/offline\//.test(key)
