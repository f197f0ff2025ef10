/** Where to go after signing in: an address of ours only, never one that a crafted link put there. */
export const nextFrom = (value: unknown): string | null =>
  typeof value === 'string' && /^\/(?![/\\])/.test(value) ? value : null
