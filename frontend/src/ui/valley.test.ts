import { describe, expect, it } from 'vitest'
import { capacity, crestAt, crests, paneOf, scenes, settle } from './valley'

// Like UUIDv7s: in order of time, and different mostly at the end.
const ids = Array.from({ length: 48 }, (_, i) => `0199a${(i * 7).toString(16).padStart(3, '0')}-7c1d-7000-8000-${((i + 1) * 2654435761).toString(16).padStart(12, '0')}`)

describe.each(Object.entries(scenes))('the %s valley', (_, scene) => {
  const some = ids.slice(0, Math.min(ids.length, capacity(scene)))
  const places = settle(some, scene)

  it('draws every wish exactly once, inside the picture and on land', () => {
    expect(places.map(({ id }) => id).toSorted()).toEqual(some.toSorted())
    const outside = places.filter((place) => {
      const { x, y } = paneOf(place)
      return x < 8 || x > scene.width - 8 || y < 0 || y > scene.shore
    })
    expect(outside).toEqual([])
  })

  it('never puts two windows in one place', () => {
    const row = (r: number) => places.filter((place) => place.row === r).map(({ x }) => x).toSorted((a, b) => a - b)
    const gaps = [0, 1, 2].flatMap((r) => row(r).slice(1).map((x, i) => x - (row(r)[i] ?? 0)))
    expect(Math.min(...gaps)).toBeGreaterThan(20)
  })

  it('is the same valley at the next visit, whatever the order of the answer', () => {
    expect(settle(some.toReversed(), scene)).toEqual(places)
  })
})

it('leaves the older windows where they are when a newer wish comes', () => {
  const before = settle(ids.slice(0, 30), scenes.wide)
  const after = new Map(settle(ids.slice(0, 31), scenes.wide).map((place) => [place.id, place]))
  for (const place of before) expect(after.get(place.id)).toEqual(place)
})

it('passes through the points of a crest', () => {
  for (const [across, down] of crests.d) expect(crestAt(crests.d, across)).toBeCloseTo(down)
})
