import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { pathToFileURL } from 'node:url'
import { expect, it } from 'vitest'
import { generateSchema } from '../../scripts/generate-schema'

// Vitest runs in the folder of vite.config.ts.
const root = pathToFileURL(`${process.cwd()}/`)
const document = new URL('../openapi/openapi.json', root)

// The server's own test keeps the document true; this one keeps our types true to the document; vue-tsc does the rest.
it.skipIf(!existsSync(document))('schema.ts is what `npm run api` makes of the OpenAPI document', { timeout: 30_000 }, async () => {
  expect(await readFile(new URL('src/api/schema.ts', root), 'utf8')).toBe(await generateSchema(document))
})
