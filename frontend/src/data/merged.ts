interface Page<T> {
  items: T[]
  next_cursor?: string | null
}

export interface Merged<T> {
  items: T[]
  /** There are more than were fetched: a count of these is "at least". */
  more: boolean
}

/** One list for somebody who works for several organisations; one may lie below another, so each thing counts once. */
export async function merged<T extends { id: string }>(roots: readonly string[], fetch: (root: string) => Promise<Page<T>>): Promise<Merged<T>> {
  const pages = await Promise.all(roots.map(fetch))
  const byId = new Map(pages.flatMap((page) => page.items).map((item) => [item.id, item]))
  return { items: [...byId.values()], more: pages.some((page) => Boolean(page.next_cursor)) }
}
