/** What was typed beside each office, as parts; and where it is no quantity. What is empty gets none. */
export function asParts(typed: Readonly<Record<string, string>>): { parts: { organisation_id: string; quantity: number }[]; wrong: Set<string> } {
  const parts = []
  const wrong = new Set<string>()
  for (const [organisation_id, text] of Object.entries(typed)) {
    if (text.trim() === '') continue
    if (/^[1-9]\d{0,9}$/.test(text.trim())) parts.push({ organisation_id, quantity: Number(text) })
    else wrong.add(organisation_id)
  }
  return { parts, wrong }
}
