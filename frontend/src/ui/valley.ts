import type { RouteLocationRaw } from 'vue-router'
import type { LampState } from '@/domain/lamp'

/** The lie of the land, and where in it a wish has its window. Pure: ids in, places out. */

export interface ValleyWindow {
  id: string
  state: LampState
  /** What the window says, and where it leads. */
  label: string
  to: RouteLocationRaw
}

export interface Scene {
  width: number
  height: number
  /** Where the land ends and the water begins. */
  shore: number
  rows: readonly Row[]
}

interface Row {
  ridge: Ridge
  /** How many houses stand in this row, and how large. */
  plots: number
  scale: number
  /** How far below the crest a house may stand. */
  depth: readonly [number, number]
}

export interface Place {
  id: string
  row: number
  /** The foot of the house, and which of the three houses it is. */
  x: number
  y: number
  scale: number
  house: 0 | 1 | 2
}

/** Crests as (across, down) from 0 to 1; down is measured to the shore. Far to near. */
type Ridge = readonly (readonly [number, number])[]
export const crests = {
  a: [[0, 0.386], [0.14, 0.355], [0.28, 0.322], [0.4, 0.337], [0.5, 0.28], [0.6, 0.18], [0.7, 0.068], [0.77, 0.004], [0.84, 0.04], [0.92, 0.145], [1, 0.232]],
  b: [[0, 0.4], [0.11, 0.401], [0.18, 0.371], [0.25, 0.337], [0.34, 0.36], [0.42, 0.376], [0.52, 0.427], [0.63, 0.378], [0.72, 0.334], [0.82, 0.309], [0.92, 0.366], [1, 0.38]],
  c: [[0, 0.462], [0.11, 0.453], [0.25, 0.407], [0.34, 0.432], [0.43, 0.462], [0.55, 0.497], [0.68, 0.537], [0.79, 0.514], [0.86, 0.504], [1, 0.51]],
  d: [[0, 0.67], [0.09, 0.728], [0.18, 0.731], [0.25, 0.737], [0.34, 0.711], [0.41, 0.691], [0.52, 0.711], [0.6, 0.694], [0.7, 0.681], [0.78, 0.637], [0.86, 0.606], [0.93, 0.627], [1, 0.649]],
  e: [[0, 0.94], [0.07, 0.95], [0.12, 0.925], [0.18, 0.94], [0.25, 0.91], [0.38, 0.905], [0.46, 0.885], [0.52, 0.885], [0.6, 0.905], [0.7, 0.92], [0.79, 0.925], [0.86, 0.903], [0.93, 0.936], [1, 0.934]],
} as const satisfies Record<string, Ridge>

const rows = (plots: readonly [number, number, number], scale: readonly [number, number, number], depth: number): Row[] => [
  { ridge: crests.c, plots: plots[0], scale: scale[0], depth: [0.028 * depth, 0.066 * depth] },
  { ridge: crests.d, plots: plots[1], scale: scale[1], depth: [0.05 * depth, 0.11 * depth] },
  { ridge: crests.e, plots: plots[2], scale: scale[2], depth: [0.03 * depth, 0.07 * depth] },
]

export const scenes = {
  wide: { width: 1440, height: 420, shore: 350, rows: rows([15, 17, 18], [0.8, 1.1, 1.45], 1) },
  narrow: { width: 390, height: 300, shore: 258, rows: rows([8, 9, 8], [0.74, 0.96, 1.15], 1.1) },
  door: { width: 720, height: 430, shore: 366, rows: rows([8, 9, 9], [0.66, 0.9, 1.15], 1.1) },
  band: { width: 1440, height: 190, shore: 164, rows: rows([7, 9, 9], [0.62, 0.9, 1.25], 1.7) },
  narrowBand: { width: 390, height: 150, shore: 130, rows: rows([5, 6, 6], [0.6, 0.8, 1], 1.5) },
} as const satisfies Record<string, Scene>

export type SceneName = keyof typeof scenes

/** FNV-1a: small, even, and the same in every browser for ever, so a window keeps its place. */
export function hash(text: string): number {
  let value = 0x811c9dc5
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193)
  // FNV leaves neighbours close together in the high bits; one round of mixing spreads them over the hills.
  value = Math.imul(value ^ (value >>> 15), 0x2c1b3c6d)
  return (value ^ (value >>> 13)) >>> 0
}

/** The height of a crest: a smooth curve through its points, each passed in the direction of its neighbours. */
export function crestAt(ridge: Ridge, across: number): number {
  const right = Math.max(1, ridge.findIndex(([x]) => x >= across))
  const point = (i: number): readonly [number, number] => ridge[Math.min(Math.max(i, 0), ridge.length - 1)] ?? [0, 0]
  const slope = (i: number): number => (point(i + 1)[1] - point(i - 1)[1]) / (point(i + 1)[0] - point(i - 1)[0])
  const [x0, y0] = point(right - 1)
  const [x1, y1] = point(right)
  const span = x1 - x0
  const s = (across - x0) / span
  return (
    y0 * (1 + 2 * s) * (1 - s) ** 2 + slope(right - 1) * span * s * (1 - s) ** 2 + y1 * s * s * (3 - 2 * s) - slope(right) * span * s * s * (1 - s)
  )
}

export function crestPath({ width, height, shore }: Scene, ridge: Ridge): string {
  const points = Array.from({ length: 61 }, (_, i) => `${round((width * i) / 60)} ${round(shore * crestAt(ridge, i / 60))}`)
  return `M${points.join('L')}V${height}H0z`
}

export const capacity = ({ rows: all }: Scene): number => all.reduce((sum, row) => sum + row.plots, 0)

/**
 * Gives each id a plot of its own: the one its hash points to, or the next free one. Ids are taken in their own order
 * (UUIDv7: oldest first), so a new wish settles around those already there. More ids than plots: the newest stay out.
 */
export function settle(ids: readonly string[], scene: Scene): Place[] {
  const plots = scene.rows.flatMap((row, r) => Array.from({ length: row.plots }, (_, column) => ({ row, r, column })))
  const taken = new Set<number>()
  const places: Place[] = []
  for (const id of ids.toSorted().slice(0, plots.length)) {
    const seed = hash(id)
    let at = seed % plots.length
    // A step that shares no factor with the count visits every plot before it comes round.
    while (taken.has(at)) at = (at + 1) % plots.length
    taken.add(at)
    const plot = plots[at]
    if (plot) places.push(stand(id, plot.row, plot.r, plot.column, seed, scene))
  }
  return places
}

function stand(id: string, row: Row, r: number, column: number, seed: number, scene: Scene): Place {
  const margin = 26 * row.scale
  const pitch = (scene.width - 2 * margin) / row.plots
  const sway = ((seed >>> 8) % 100) / 100 - 0.5
  const x = margin + (column + 0.5 + sway * 0.3) * pitch
  const [least, most] = row.depth
  const down = least + (most - least) * (((seed >>> 16) % 100) / 100)
  const y = Math.min(scene.shore - 4, scene.shore * (crestAt(row.ridge, x / scene.width) + down))
  const kind = (seed >>> 4) % 6
  return { id, row: r, x: round(x), y: round(y), scale: row.scale, house: kind === 4 ? 1 : kind === 5 ? 2 : 0 }
}

/** The middle of the window, from the foot of its house. */
export const paneOf = ({ x, y, scale, house }: Place): { x: number; y: number } => ({
  x: round(x + (house === 2 ? -5.5 : 0) * scale),
  y: round(y + (house === 1 ? -18.5 : -8.2) * scale),
})

export interface Dot {
  x: number
  y: number
  size: number
}

/** Stars and trees: scenery, the same at every visit. */
export function scatter(count: number, name: string, scene: Scene, depth: (across: number) => number): Dot[] {
  return Array.from({ length: count }, (_, i) => {
    const seed = hash(`${name}${i}`)
    const across = (seed % 1000) / 1000
    return { x: round(across * scene.width), y: round(depth(across) * scene.shore), size: round(0.6 + ((seed >>> 12) % 60) / 100) }
  })
}

const round = (value: number): number => Math.round(value * 10) / 10
