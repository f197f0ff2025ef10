/** A rectangle of a hundred by sixty is divided among things by their size: the larger half first, across the longer side. */
export type Tile<T> = T & { x: number; y: number; w: number; h: number }

interface Area {
  x: number
  y: number
  w: number
  h: number
}

export function tiles<T extends { size: number }>(all: readonly T[], area: Area = { x: 0, y: 0, w: 100, h: 60 }): Tile<T>[] {
  const sorted = all.toSorted((a, b) => b.size - a.size)
  const [first] = sorted
  if (!first) return []
  if (sorted.length === 1) return [{ ...first, ...area }]
  const whole = sorted.reduce((sum, { size }) => sum + size, 0)
  let cut = 1
  let part = first.size
  for (const { size } of sorted.slice(1, -1)) {
    if (part + size > whole / 2) break
    part += size
    cut += 1
  }
  const share = part / whole
  const { x, y, w, h } = area
  const [near, far]: [Area, Area] =
    w >= h
      ? [{ x, y, w: w * share, h }, { x: x + w * share, y, w: w * (1 - share), h }]
      : [{ x, y, w, h: h * share }, { x, y: y + h * share, w, h: h * (1 - share) }]
  return [...tiles(sorted.slice(0, cut), near), ...tiles(sorted.slice(cut), far)]
}
