/**
 * Where a Chinese title may be broken. Written without spaces, it may be broken after any character, and browsers know
 * phrases of Japanese only (word-break: auto-phrase); so words are found by the browser's own dictionary and small
 * ones are put with their neighbours. Without that dictionary the title is one piece and breaks as it would have.
 */
const segmenter = 'Segmenter' in Intl ? new Intl.Segmenter('zh', { granularity: 'word' }) : null

const HAN = /\p{Script=Han}/u
/** Belong to the word before them. */
const TAIL = /^[的了着过里上下中们时吗呢吧地得儿]$/u
const OPENING = /^[“‘（《「『【(]$/u
/** Of which, and how many: not to be left without what is counted. */
const COUNT = /^(一(?![起样定直])|[两三几半每这那\d])/u
const ENOUGH = 3

/** The pieces of a title between which it may be broken; together they are the title again. */
export function phrases(title: string): string[] {
  if (!segmenter || !HAN.test(title)) return [title]
  const pieces: string[] = []
  let piece = ''
  // Whether what stands in `piece` still wants a next word.
  let open = true

  function close(): void {
    const before = pieces.at(-1)
    const letters = piece.replace(/[^\p{L}\p{N}]/gu, '').length
    // One character by itself, at the end of a clause, goes with what it ends.
    if (before && letters < 2 && before.length <= ENOUGH + 1 && !/\P{L}$/u.test(before)) pieces[pieces.length - 1] = before + piece
    else if (piece) pieces.push(piece)
    piece = ''
    open = true
  }

  for (const { segment, isWordLike } of segmenter.segment(title)) {
    const mark = !isWordLike && !OPENING.test(segment)
    if (piece && !mark && !TAIL.test(segment) && !(open && piece.length < ENOUGH)) close()
    if (OPENING.test(segment) && piece) close()
    open &&= segment.length === 1 || COUNT.test(segment)
    piece += segment
    if (mark) close()
  }
  close()
  return pieces
}
