import { afterEach, expect, it, vi } from 'vitest'
import { fit, NotAPhoto, shrink, TooLarge } from './shrink'

afterEach(() => vi.unstubAllGlobals())

it('fits the long side and keeps the shape', () => {
  expect(fit(4000, 3000)).toEqual([1600, 1200])
  expect(fit(3000, 4000)).toEqual([1200, 1600])
  expect(fit(640, 480)).toEqual([640, 480])
  expect(fit(20_000, 1)).toEqual([1600, 1])
})

it('leaves to the server what this browser cannot read, and refuses what nobody takes', async () => {
  vi.stubGlobal('createImageBitmap', () => Promise.reject(new Error('no')))
  const odd = new Blob(['x'], { type: 'image/webp' })
  expect(await shrink(odd)).toBe(odd)
  await expect(shrink(new Blob(['x'], { type: 'application/pdf' }))).rejects.toBeInstanceOf(NotAPhoto)
  await expect(shrink(new Blob([new Uint8Array(11 * 1024 * 1024)], { type: 'image/png' }))).rejects.toBeInstanceOf(TooLarge)
})
