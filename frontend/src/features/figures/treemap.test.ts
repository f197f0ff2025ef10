import { expect, test } from 'vitest'
import { tiles } from './treemap'

test('each has the area of its share, and all of it is used', () => {
  const made = tiles([{ size: 6 }, { size: 3 }, { size: 2 }, { size: 1 }])
  for (const { size, w, h } of made) expect(w * h).toBeCloseTo((size / 12) * 6000)
  expect(made.every(({ x, y, w, h }) => x >= 0 && y >= 0 && x + w <= 100.001 && y + h <= 60.001)).toBe(true)
  expect(tiles([])).toEqual([])
})
