/** What an operator may say about this installation without building it anew: config.json beside index.html. */
export interface Config {
  /** Where the API lives; empty when it is served from the same address as this page. */
  apiBase: string
  /** The place or body that runs this wall, as people there call it. */
  siteName: string
  /** The number a resident without a phone of their own may have called for them. */
  phone: string
}

export const config: Config = { apiBase: import.meta.env.VITE_API_BASE ?? '', siteName: '', phone: '' }

const text = (value: unknown, otherwise: string): string => (typeof value === 'string' && value !== '' ? value : otherwise)

/** Never throws: without the file, or with a broken one, the page still opens on what it was built with. */
export async function loadConfig(): Promise<void> {
  try {
    const response = await fetch(`${import.meta.env.BASE_URL}config.json`)
    if (!response.ok) return
    const given = (await response.json()) as Record<string, unknown>
    config.apiBase = text(given['api_base'], config.apiBase).replace(/\/+$/, '')
    config.siteName = text(given['site_name'], config.siteName)
    config.phone = text(given['phone'], config.phone)
  } catch {
    // Served without a config.json, or as some other page: the built-in values stand.
  }
}
