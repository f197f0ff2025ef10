import { expect, it, vi } from 'vitest'
import { pixelsOf } from './pixels'
import { shrink, TooLarge } from './shrink'

const of = (hex: string, type = 'image/jpeg') => new Blob([Uint8Array.from(hex.replace(/\s/g, '').match(/../g) ?? [], (two) => Number.parseInt(two, 16))], { type })

it('reads the size from the head of each of the three formats', async () => {
  expect(await pixelsOf(of('ffd8 ffe1 0004 0000 ffff c000 1108 1770 1f40 03'))).toEqual([8000, 6000])
  expect(await pixelsOf(of('89504e470d0a1a0a 0000000d 49484452 00002710 00001f40'))).toEqual([10_000, 8000])
  expect(await pixelsOf(of('52494646 00000000 57454250 56503858 0a000000 00000000 0f2700 3f1f00'))).toEqual([10_000, 8000])
  expect(await pixelsOf(of('52494646 00000000 57454250 5650384c 0a000000 2f 3fdfdb05'))).toEqual([8000, 6000])
  for (const none of ['', 'ffd8', '25504446', '89504e47']) expect(await pixelsOf(of(none))).toBeNull()
})

it('never unpacks what would kill the tab', async () => {
  const unpack = vi.fn<() => Promise<never>>()
  vi.stubGlobal('createImageBitmap', unpack)
  await expect(shrink(of('89504e470d0a1a0a 0000000d 49484452 00002710 00001f40', 'image/png'))).rejects.toBeInstanceOf(TooLarge)
  expect(unpack).not.toHaveBeenCalled()
  vi.unstubAllGlobals()
})
