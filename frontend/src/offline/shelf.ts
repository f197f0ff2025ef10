import { newKey } from '@/api/intent'
import { database } from './db'
import type { Item } from './item'
import { newSealKey, seal, sealJson, unseal, unsealJson } from './seal'

/** Whose photos are that were picked for a form and are not yet part of an item. */
export const PICKED = 'picked'

export interface Photo {
  id: string
  blob: Blob
}

/** Where one user's things wait. */
export interface Shelf {
  /** Outlives the tab. */
  lasting: boolean
  /** In the order in which they were put in. */
  all: () => Promise<Item[]>
  /** Puts it at the end, and makes the photos that it names its own. */
  add: (item: Item) => Promise<void>
  /** Over what was there; false where it is not there any more. */
  change: (item: Item) => Promise<boolean>
  drop: (item: Item) => Promise<void>
  /** For an item, or for the form. */
  addPhoto: (blob: Blob, item: string) => Promise<string>
  photo: (id: string) => Promise<Blob | null>
  dropPhoto: (id: string) => Promise<void>
  photosOf: (item: string) => Promise<Photo[]>
}

/** In IndexedDB, sealed; in memory where a browser has none. */
export async function openShelf(user: string): Promise<Shelf> {
  const db = await database()
  if (!db) return memoryShelf()
  const fresh = await newSealKey()
  const keys = db.transaction('keys', 'readwrite')
  const key = (await keys.store.get(user)) ?? fresh
  if (key === fresh) await keys.store.put(fresh, user)
  await keys.done
  return sealedShelf(user, key)
}

function sealedShelf(user: string, key: CryptoKey): Shelf {
  const db = async () => {
    const found = await database()
    if (!found) throw new Error('the database went away')
    return found
  }
  const where = (id: string): string => `${user}/${id}`

  async function all(): Promise<Item[]> {
    const reading = (await db()).transaction('items')
    const [keys, rows] = await Promise.all([reading.store.index('user').getAllKeys(user), reading.store.index('user').getAll(user)])
    const items = await Promise.all(rows.map(async ({ id, sealed }, i) => ({ ...((await unsealJson(key, where(id), sealed)) as Item), order: keys[i] ?? 0 })))
    return items.toSorted((a, b) => a.order - b.order)
  }

  return {
    lasting: true,
    all,
    async add(item) {
      const sealed = await sealJson(key, where(item.id), item)
      const writing = (await db()).transaction(['keys', 'items', 'photos'], 'readwrite')
      // Signed out in another tab meanwhile: nothing may come back.
      if (!(await writing.objectStore('keys').get(user))) throw new Error('signed out')
      await writing.objectStore('items').add({ id: item.id, user, sealed })
      for (const step of item.steps) {
        const photo = step.kind === 'photo' ? await writing.objectStore('photos').get(step.photo) : undefined
        if (photo) await writing.objectStore('photos').put({ ...photo, item: item.id })
      }
      await writing.done
    },
    async change(item) {
      const sealed = await sealJson(key, where(item.id), item)
      const writing = (await db()).transaction(['items', 'photos'], 'readwrite')
      const items = writing.objectStore('items')
      const there = (await items.get(item.order))?.id === item.id
      if (there) {
        await items.put({ id: item.id, user, sealed }, item.order)
        const named = new Set(item.steps.map((step) => (step.kind === 'photo' ? step.photo : '')))
        const photos = writing.objectStore('photos')
        for (const id of await photos.index('item').getAllKeys([user, item.id])) if (!named.has(id)) await photos.delete(id)
        for (const id of named) {
          const photo = id ? await photos.get(id) : undefined
          if (photo && photo.item !== item.id) await photos.put({ ...photo, item: item.id })
        }
      }
      await writing.done
      return there
    },
    async drop(item) {
      const writing = (await db()).transaction(['items', 'photos'], 'readwrite')
      await writing.objectStore('items').delete(item.order)
      for (const id of await writing.objectStore('photos').index('item').getAllKeys([user, item.id])) await writing.objectStore('photos').delete(id)
      await writing.done
    },
    async addPhoto(blob, item) {
      const id = newKey()
      const sealed = await seal(key, where(id), await blob.arrayBuffer())
      await (await db()).put('photos', { id, user, item, type: blob.type, sealed })
      return id
    },
    async photo(id) {
      const found = await (await db()).get('photos', id)
      return found ? new Blob([await unseal(key, where(id), found.sealed)], { type: found.type }) : null
    },
    dropPhoto: async (id) => (await db()).delete('photos', id),
    async photosOf(item) {
      const rows = await (await db()).getAllFromIndex('photos', 'item', [user, item])
      return Promise.all(rows.map(async ({ id, type, sealed }) => ({ id, blob: new Blob([await unseal(key, where(id), sealed)], { type }) })))
    },
  }
}

/** For plain http and private windows: as long as the page is open. */
export function memoryShelf(): Shelf {
  let items: Item[] = []
  let last = 0
  const photos = new Map<string, { blob: Blob; item: string }>()
  const own = (item: Item): void => {
    for (const step of item.steps) {
      const photo = step.kind === 'photo' ? photos.get(step.photo) : undefined
      if (photo) photo.item = item.id
    }
  }
  return {
    lasting: false,
    all: async () => items,
    async add(item) {
      last += 1
      items = [...items, { ...item, order: last }]
      own(item)
    },
    async change(item) {
      const there = items.some(({ id }) => id === item.id)
      items = items.map((one) => (one.id === item.id ? item : one))
      own(item)
      return there
    },
    async drop(item) {
      items = items.filter(({ id }) => id !== item.id)
      for (const [id, photo] of photos) if (photo.item === item.id) photos.delete(id)
    },
    async addPhoto(blob, item) {
      const id = newKey()
      photos.set(id, { blob, item })
      return id
    },
    photo: async (id) => photos.get(id)?.blob ?? null,
    async dropPhoto(id) {
      photos.delete(id)
    },
    photosOf: async (item) => [...photos].filter(([, photo]) => photo.item === item).map(([id, { blob }]) => ({ id, blob })),
  }
}
