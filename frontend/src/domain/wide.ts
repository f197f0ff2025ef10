import type { Level } from './types'

/** Platforms are let in, and campaigns made, by a county at least: a smaller circle would tell where residents live. */
export const isWide = (level: Level): boolean => ['province', 'city', 'county'].includes(level)
