import openapiTS, { astToString, COMMENT_HEADER } from 'openapi-typescript'

/** The types of the document, as text: one way to make them, for the script and for the drift test. */
export async function generateSchema(document: URL): Promise<string> {
  const nodes = await openapiTS(document, { alphabetize: true, defaultNonNullable: false, rootTypes: false })
  return COMMENT_HEADER + astToString(nodes)
}
