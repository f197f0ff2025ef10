// Every page, at the width of a phone and of a desk, in Chinese by daylight, with the lights out and with large text, and
// partly in English in the dark: nothing for axe to object to, nothing that runs off the side, no error, no request that fails.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { brokenRules } from './support/axe.mjs'
import { raiseStage } from './support/browser.mjs'
import { enter } from './support/pages.mjs'
import { rooms, settle } from './support/rooms.mjs'

const WALL_KIB = 75

/** How far the page can be pushed sideways, and the elements that stand out. */
const runsOff = (page) =>
  page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.scrollingElement
    if (scrollWidth <= clientWidth) return []
    const out = [...document.querySelectorAll('body *')].filter((one) => one.getBoundingClientRect().right > clientWidth + 1)
    return [`runs off by ${scrollWidth - clientWidth} px: ${out.slice(-3).map((one) => `${one.localName}.${one.className}`).join(', ')}`]
  })

const WIDTHS = { light: [390, 1280], elder: [320, 390, 1280], dark: [390, 1280] }

async function resize(page, width) {
  await page.setViewportSize({ width, height: width < 1000 ? 844 : 900 })
  await settle(page)
}

async function look(page, path, mode) {
  const found = []
  await page.setViewportSize({ width: 390, height: 844 })
  await page.goto(path)
  for (const width of WIDTHS[mode]) {
    await resize(page, width)
    const faults = [...(await runsOff(page)), ...(width === 320 ? [] : await brokenRules(page))]
    found.push(...faults.map((fault) => `${width} px: ${fault}`))
  }
  return found
}

/** Puts out the light over a page that is open: colours change, and nothing else. */
async function lookInTheDark(page) {
  const found = []
  await page.evaluate(() => document.documentElement.classList.add('dark'))
  for (const width of WIDTHS.dark) {
    await resize(page, width)
    found.push(...(await brokenRules(page, { dark: true })).map((fault) => `${width} px, lights out: ${fault}`))
  }
  return found
}

async function lookAround(stage, { who, pages }, names, { mode, locale }) {
  const page = who ? await enter(stage, who, { width: 390 }) : await stage.open({ mode, locale })
  if (who) await page.evaluate((prefs) => localStorage.setItem('prefs', JSON.stringify(prefs)), { dark: false, locale, [mode]: true })
  const found = []
  for (const name of names) {
    const faults = await look(page, pages[name], mode)
    if (mode === 'light') faults.push(...(await lookInTheDark(page)))
    faults.push(...page.troubles.splice(0))
    found.push(...faults.map((fault) => `${name}, ${mode}, ${locale}: ${fault}`))
  }
  await page.close()
  return found
}

describe('every page', { timeout: 600_000 }, () => {
  let stage
  let all
  before(async () => {
    stage = await raiseStage('sqlite')
    all = await rooms(stage.server)
  })
  after(() => stage?.end())

  for (const who of [null, 'manager', 'centre', 'reviewer', 'coordinator', 'admin', 'officer', 'jiayuan']) {
    test(`of ${who ?? 'a guest'} is fit for everybody`, async () => {
      const room = all.find((one) => one.who === who)
      const names = Object.keys(room.pages)
      const looks = ['light', 'elder'].map((mode) => lookAround(stage, room, names, { mode, locale: 'zh' }))
      if (room.english.length > 0) looks.push(lookAround(stage, room, room.english, { mode: 'dark', locale: 'en' }))
      // The longest words in the largest letters: the frame of every page.
      if (!who) looks.push(lookAround(stage, room, ['wall'], { mode: 'elder', locale: 'en' }))
      assert.deepEqual((await Promise.all(looks)).flat(), [])
    })
  }

  test(`the wall's scripts and styles are at most ${WALL_KIB} KiB on a first visit, as they really come`, async () => {
    const page = await stage.open({ width: 390 })
    const come = []
    page.on('requestfinished', (request) => come.push(request))
    await page.goto('/')
    await settle(page)
    let bytes = 0
    for (const request of come.filter((one) => ['script', 'stylesheet'].includes(one.resourceType()))) bytes += (await request.sizes()).responseBodySize
    assert.ok(bytes > 20 * 1024 && bytes <= WALL_KIB * 1024, `${(bytes / 1024).toFixed(1)} KiB`)
    await page.close()
  })
})
