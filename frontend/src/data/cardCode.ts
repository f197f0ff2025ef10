/** The code of a card on its way to the sheet that prints it. Kept in no storage and given out once: who leaves or reloads has to issue another. */
let held: { wish: string; code: string } | null = null

export function handOver(wish: string, code: string): void {
  held = { wish, code }
}

/** The code for this wish, if it was just issued; none is held afterwards. */
export function takeCode(wish: string | undefined): string {
  const code = held?.wish === wish ? (held?.code ?? '') : ''
  held = null
  return code
}
