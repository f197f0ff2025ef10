// Debian's Chromium without its own windows, which were a third of its work, driven by playwright-core. Every person of
// a story has a window of their own, that knows nothing of the others; what goes wrong in it (an error in the console, a
// request that fails) is written down.
import { createRequire } from 'node:module'
import { mkdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { join } from 'node:path'
import { startServer } from './server.mjs'

const require = createRequire(new URL('../../../frontend/package.json', import.meta.url))
const { chromium } = require('playwright-core')

const pictures = fileURLToPath(new URL('../../../target/browser-failures/', import.meta.url))

const FLAGS = [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync',
]

const MODES = { light: {}, elder: { elder: true }, dark: { dark: true }, contrast: { contrast: true } }

/** A server with the demo and a browser: what a story takes place on. */
export async function raiseStage(database, settings) {
  const server = await startServer(database, settings)
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium-headless-shell', args: FLAGS }).catch(async (error) => {
    await server.end()
    throw error
  })
  const windows = new Set()

  /** A window in which nobody has signed in yet. */
  async function open({ width = 1280, height = 900, mode = 'light', locale = 'zh' } = {}) {
    const prefs = { locale, dark: false, ...MODES[mode] }
    const context = await browser.newContext({
      viewport: { width, height },
      locale: locale === 'zh' ? 'zh-CN' : 'en-GB',
      timezoneId: 'Asia/Shanghai',
      reducedMotion: 'reduce',
      baseURL: server.url,
      storageState: { cookies: [], origins: [{ origin: server.url, localStorage: [{ name: 'prefs', value: JSON.stringify(prefs) }] }] },
    })
    context.setDefaultTimeout(20_000)
    const page = await context.newPage()
    page.troubles = watch(page)
    windows.add(page)
    page.on('close', () => windows.delete(page))
    return page
  }

  return {
    server,
    open,
    /** What every open window shows, for whoever has to find out why a test failed. */
    async keepPictures(test) {
      console.error(server.log())
      await mkdir(pictures, { recursive: true })
      const name = test.replace(/[^\p{L}\p{N}]+/gu, '-').slice(0, 60)
      for (const [i, page] of [...windows].entries()) {
        const file = join(pictures, `${name}-${database}-${i}.png`)
        await page.screenshot({ path: file, fullPage: true }).then(() => console.error(`${page.url()} is in ${file}`), () => {})
      }
    },
    /** Everybody goes home. */
    clear: () => Promise.all([...windows].map((page) => page.context().close())),
    async end() {
      await browser.close()
      await server.end()
    },
  }
}

function watch(page) {
  const troubles = []
  page.on('console', (message) => message.type() === 'error' && troubles.push(`console: ${message.text()} (${message.location().url})`))
  page.on('pageerror', (error) => troubles.push(`exception: ${error.stack ?? error}`))
  page.on('response', (response) => response.status() >= 400 && troubles.push(`${response.status()} ${response.request().method()} ${response.url()}`))
  page.on('requestfailed', (request) => {
    const why = request.failure()?.errorText ?? ''
    // Leaving a page gives up what it was still asking for.
    if (why !== 'net::ERR_ABORTED') troubles.push(`${why} ${request.method()} ${request.url()}`)
  })
  return troubles
}
