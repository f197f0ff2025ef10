/** AES-GCM under a key that the browser keeps and no script can read. Where a text lies is authenticated with it. */
export interface Sealed {
  iv: Uint8Array<ArrayBuffer>
  data: ArrayBuffer
}

const place = (where: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(where)

export const newSealKey = (): Promise<CryptoKey> => crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])

export async function seal(key: CryptoKey, where: string, plain: BufferSource): Promise<Sealed> {
  const iv = crypto.getRandomValues(new Uint8Array(12))
  return { iv, data: await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData: place(where) }, key, plain) }
}

export const unseal = (key: CryptoKey, where: string, { iv, data }: Sealed): Promise<ArrayBuffer> =>
  crypto.subtle.decrypt({ name: 'AES-GCM', iv, additionalData: place(where) }, key, data)

export const sealJson = (key: CryptoKey, where: string, value: unknown): Promise<Sealed> => seal(key, where, new TextEncoder().encode(JSON.stringify(value)))

export const unsealJson = async (key: CryptoKey, where: string, sealed: Sealed): Promise<unknown> =>
  JSON.parse(new TextDecoder().decode(await unseal(key, where, sealed)))
