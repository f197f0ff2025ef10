export interface Choice {
  value: string
  label: string
}

/** What can be chosen, and what was chosen before though no list has it any more. */
export function withKept(list: readonly Choice[], kept: readonly string[]): Choice[] {
  const missing = kept.filter((value) => !list.some((one) => one.value === value))
  return [...list, ...missing.map((value) => ({ value, label: value }))]
}
