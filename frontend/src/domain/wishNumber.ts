/**
 * The number by which people speak of a wish on the telephone and on paper: eight digits, in two fours, made of the random
 * end of its id. It tells the wishes of one sheet apart; it opens nothing, and nothing is looked up by it alone.
 */
export function wishNumber(id: string): string {
  const digits = String(Number.parseInt(id.slice(-8), 16) % 100_000_000).padStart(8, '0')
  return `${digits.slice(0, 4)} ${digits.slice(4)}`
}
