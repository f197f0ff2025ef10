import { type DBSchema, type IDBPDatabase, openDB } from 'idb'
import type { Sealed } from './seal'

/** What this browser keeps. Residents' data is in `items` and `photos`, sealed under the key of the user whose it is. */
export interface Shelves extends DBSchema {
  /** By user; no script can read what a key is made of. */
  keys: { key: string; value: CryptoKey }
  items: { key: number; value: { id: string; user: string; sealed: Sealed }; indexes: { user: string } }
  photos: { key: string; value: { id: string; user: string; item: string; type: string; sealed: Sealed }; indexes: { user: string; item: [string, string] } }
  /** What a form needs and says nothing of a resident, by name. */
  kept: { key: string; value: { value: unknown; at: number } }
}

let opened: Promise<IDBPDatabase<Shelves> | null> | null = null

/** Null where a browser keeps nothing (a private window), or not safely (plain http has no keys and no locks). */
export function database(): Promise<IDBPDatabase<Shelves> | null> {
  opened ??= open().catch(() => null)
  return opened
}

async function open(): Promise<IDBPDatabase<Shelves> | null> {
  const { indexedDB, crypto, navigator } = globalThis as Partial<typeof globalThis>
  if (!indexedDB || !crypto?.subtle || !(navigator as Partial<Navigator>).locks) return null
  return openDB<Shelves>('wishlight', 1, {
    upgrade(db) {
      db.createObjectStore('keys')
      db.createObjectStore('items', { autoIncrement: true }).createIndex('user', 'user')
      const photos = db.createObjectStore('photos', { keyPath: 'id' })
      photos.createIndex('user', 'user')
      photos.createIndex('item', ['user', 'item'])
      db.createObjectStore('kept')
    },
    // A newer version in another tab must not wait for this one.
    blocking(_, __, event) {
      ;(event.target as IDBDatabase).close()
      opened = null
    },
    terminated() {
      opened = null
    },
  })
}
