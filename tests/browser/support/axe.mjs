// Rules of accessibility that a page breaks, by axe.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'

const axe = await readFile(createRequire(new URL('../../../frontend/package.json', import.meta.url)).resolve('axe-core/axe.min.js'), 'utf8')
const RULES = { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }
const RULES_OF_COLOUR = { type: 'rule', values: ['color-contrast', 'link-in-text-block'] }

/** Rules broken, with the first place of each. The dark changes colours and nothing else. */
export async function brokenRules(page, { dark } = {}) {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe)
  const { violations } = await page.evaluate((runOnly) => window.axe.run(document, { resultTypes: ['violations'], runOnly }), dark ? RULES_OF_COLOUR : RULES)
  return violations.map(({ id, nodes }) => `${id} at ${nodes[0].target.join(' ')} (${nodes.length}): ${nodes[0].failureSummary?.split('\n')[1]?.trim() ?? ''}`)
}

/** Axe has nothing to say of what is shown now, and nothing runs off, at the width of a phone and of a desk. KEEP_LOOKS names a
 * folder for pictures of it. */
export async function fit(page, name) {
  for (const width of [390, 1280]) {
    await page.setViewportSize({ width, height: width < 1000 ? 844 : 900 })
    assert.deepEqual(await brokenRules(page), [], `${name} at ${width} px`)
    const { scrollWidth, clientWidth } = await page.evaluate(() => ({ scrollWidth: document.scrollingElement.scrollWidth, clientWidth: document.scrollingElement.clientWidth }))
    assert.ok(scrollWidth <= clientWidth, `${name} runs off at ${width} px`)
    if (process.env.KEEP_LOOKS) await page.screenshot({ path: `${process.env.KEEP_LOOKS}/${name}-${width}.png`, fullPage: true })
  }
}
