// Rules of accessibility that a page breaks, by axe.
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'

const axe = await readFile(createRequire(new URL('../../../frontend/package.json', import.meta.url)).resolve('axe-core/axe.min.js'), 'utf8')
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** Rules broken, with the first place of each. The dark changes colours and nothing else. */
export async function brokenRules(page, mode) {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe)
  const { violations } = await page.evaluate((tags) => window.axe.run(document, { resultTypes: ['violations'], runOnly: tags }), mode === 'dark' ? ['cat.color'] : RULES)
  return violations.map(({ id, nodes }) => `${id} at ${nodes[0].target.join(' ')} (${nodes.length}): ${nodes[0].failureSummary?.split('\n')[1]?.trim() ?? ''}`)
}
