import type { DismissalReason, Finding } from '@/domain/types'

/** Part of a public text; with what was found in it, where something was. */
export interface Piece {
  text: string
  finding?: Finding
}

/** A text cut where something begins or ends. Of findings that overlap the first is shown: it is rewritten as one. */
export function piecesOf(text: string, findings: readonly Finding[]): Piece[] {
  const pieces: Piece[] = []
  let at = 0
  for (const finding of findings.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    if (finding.start < at || finding.end > text.length) continue
    if (finding.start > at) pieces.push({ text: text.slice(at, finding.start) })
    pieces.push({ text: text.slice(finding.start, finding.end), finding })
    at = finding.end
  }
  if (at < text.length) pieces.push({ text: text.slice(at) })
  return pieces
}

/** Which false alarms were marked, by the id of the finding. */
export type Dismissals = Partial<Record<string, DismissalReason | ''>>

/** What still stands in the way of the wall. */
export const unresolved = (findings: readonly Finding[], dismissed: Dismissals): Finding[] =>
  findings.filter(({ id, severity }) => severity === 'must_resolve' && !(id && dismissed[id]))

/** As the review sends them: only those of findings that are still there, each once. */
export const toDismissals = (findings: readonly Finding[], dismissed: Dismissals): { finding_id: string; reason: DismissalReason }[] =>
  [...new Set(findings.map(({ id }) => id ?? ''))].flatMap((finding_id) => {
    const reason = dismissed[finding_id]
    return finding_id && reason ? [{ finding_id, reason }] : []
  })
