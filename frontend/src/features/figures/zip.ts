/**
 * What write-excel-file packs with, in place of fflate's own entry: that one starts a worker from a blob for a table above 160 kB, which
 * the served policy (`worker-src 'self'`) forbids. Packed here, on the page: some milliseconds for as much.
 */
import { type Zippable, zipSync } from 'fflate/browser'

export { strToU8, zipSync } from 'fflate/browser'

export function zip(files: Zippable, done: (error: Error | null, packed: Uint8Array) => void): void {
  done(null, zipSync(files))
}
