// Writes src/api/schema.ts from the committed OpenAPI document.
import { writeFile } from 'node:fs/promises'
import { generateSchema } from './generate-schema.ts'

const root = new URL('../', import.meta.url)
await writeFile(new URL('src/api/schema.ts', root), await generateSchema(new URL('../openapi/openapi.json', root)))
