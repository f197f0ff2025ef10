// The libraries that the kit's tests share with the front end: one list of packages, one lock file.
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

export const library = createRequire(new URL('../../frontend/package.json', import.meta.url))

/** Where something of the repository is, from its top. */
export const at = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url))
