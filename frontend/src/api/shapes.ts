import type { paths } from './schema'

/** What an operation takes, found by its address, so that the names inside the document may change. */
export type BodyOf<P extends keyof paths, M extends 'post' | 'put' | 'patch'> = paths[P][M] extends {
  requestBody?: { content: { 'application/json': infer B } }
}
  ? B
  : never
