/** A chart as a picture that stands alone: a whole SVG with its title, of what it is and what it means. Attributes alone, since
 * the served policy allows no styles in it; colours of paper, whatever the page around it looks like. */

/** As tokens.css has them by daylight; a test compares. */
export const inks = { '--raised': '#ffffff', '--ink': '#2b211c', '--muted': '#65544a', '--grid': '#e6dacd', '--c1': '#b23a17', '--c2': '#1d4f91', '--c3': '#2e7d5b', '--c6': '#5f6b76' } as const

const FONT = 'PingFang SC, Microsoft YaHei, Noto Sans CJK SC, system-ui, sans-serif'
export const WIDTH = 900
const EDGE = 32
const INNER = WIDTH - 2 * EDGE

/** Something drawn, and how high it is. */
export interface Drawn {
  svg: string
  height: number
}

export interface Told {
  title: string
  /** Whose figures, of which time, counted up to when. */
  about: string
  body: Drawn
  legend?: readonly { ink: keyof typeof inks; text: string }[]
  /** What it means, a line for each part of the definition. */
  notes: readonly string[]
  /** Where it comes from. */
  source: string
}

const escaped = (text: string): string => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`)

/** How wide a text is, in widths of a Chinese character. */
const wide = (text: string): number => [...text].reduce((sum, sign) => sum + (sign.charCodeAt(0) < 0x2e80 ? 0.56 : 1), 0)

/** Broken into lines of so many characters: between Chinese characters anywhere, else between words. */
export function lines(text: string, most: number): string[] {
  const made: string[] = []
  let line = ''
  for (const piece of text.match(/[\u0021-\u2e7f]+ ?|./gu) ?? []) {
    if (line !== '' && wide(line + piece.trimEnd()) > most) {
      made.push(line.trimEnd())
      line = piece.trimStart()
    } else line += piece
  }
  return line.trim() === '' ? made : [...made, line.trimEnd()]
}

interface Letters {
  size?: number
  ink?: keyof typeof inks
  bold?: boolean
  anchor?: 'start' | 'middle' | 'end'
}

const words = (x: number, y: number, text: string, { size = 16, ink = '--ink', bold = false, anchor = 'start' }: Letters = {}): string =>
  `<text x="${x}" y="${y}" font-size="${size}" fill="${inks[ink]}" text-anchor="${anchor}"${bold ? ' font-weight="700"' : ''}>${escaped(text)}</text>`

const box = (x: number, y: number, w: number, h: number, ink: keyof typeof inks): string =>
  `<rect x="${x.toFixed(1)}" y="${y.toFixed(1)}" width="${Math.max(0, w).toFixed(1)}" height="${Math.max(0, h).toFixed(1)}" fill="${inks[ink]}"/>`

export interface Bar {
  name: string
  /** In hundredths of the widest: the whole, where there is one, and the part of it. */
  all?: number
  part: number
  value: string
}

/** One bar below the other, its name before it and its count behind. */
export function bars(rows: readonly Bar[], ink: keyof typeof inks = '--c3'): Drawn {
  const [from, to, step] = [190, INNER - 150, 34]
  const long = (share: number): number => (share / 100) * (to - from)
  const svg = rows.map(({ name, all, part, value }, at) => {
    const y = at * step
    const short = lines(name, 10)
    const label = short.length > 1 ? `${short[0]}…` : name
    return words(0, y + 20, label) + (all === undefined ? '' : box(from, y + 6, long(all), 18, '--grid')) + box(from, y + 6, long(part), 18, ink) + words(INNER, y + 20, value, { anchor: 'end' })
  })
  return { svg: svg.join(''), height: rows.length * step }
}

export interface Month {
  month: string
  up: number
  down: number
  left: number
}

/** Month by month: what came upwards, what was done downwards, and what was left as a line. */
export function months(all: readonly Month[]): Drawn {
  const half = 130
  const most = Math.max(1, ...all.flatMap(({ up, down, left }) => [up, down, left]))
  const step = INNER / Math.max(8, all.length)
  const high = (n: number): number => (n / most) * (half - 18)
  const middle = (at: number): number => at * step + step / 2
  const each = all.map(({ month, up, down }, at) => {
    const x = middle(at) - step * 0.28
    const small = (y: number, text: string): string => words(middle(at), y, text, { size: 12, ink: '--muted', anchor: 'middle' })
    const said = (n: number, y: number): string => (n > 0 && step > 34 ? small(y, String(n)) : '')
    return [
      box(x, half - high(up), step * 0.56, high(up), '--c6'),
      box(x, half, step * 0.56, high(down), '--c3'),
      said(up, half - high(up) - 5),
      said(down, half + high(down) + 14),
      step > 34 || at % 3 === 0 ? small(2 * half + 20, month.slice(2)) : '',
    ].join('')
  })
  const line = all.map(({ left }, at) => `${middle(at).toFixed(1)},${(half - high(left)).toFixed(1)}`).join(' ')
  const svg = `${each.join('')}<path d="M0 ${half}H${INNER}" stroke="${inks['--grid']}"/><polyline points="${line}" fill="none" stroke="${inks['--c2']}" stroke-width="3"/>`
  return { svg, height: 2 * half + 28 }
}

/** The whole picture. */
export function picture({ title, about, body, legend = [], notes, source }: Told): Drawn {
  const parts: string[] = []
  let y = EDGE
  const say = (text: string, letters: Letters & { size: number }): void => {
    for (const line of lines(text, INNER / letters.size)) {
      y += letters.size * 1.45
      parts.push(words(EDGE, Math.round(y), line, letters))
    }
  }
  say(title, { size: 26, bold: true })
  y += 6
  say(about, { size: 15, ink: '--muted' })
  if (legend.length > 0) {
    y += 34
    let x = EDGE
    for (const { ink, text } of legend) {
      parts.push(box(x, y - 12, 14, 14, ink), words(x + 20, y, text, { size: 14, ink: '--muted' }))
      x += 44 + wide(text) * 14
    }
  }
  y += 20
  parts.push(`<g transform="translate(${EDGE} ${Math.round(y)})">${body.svg}</g>`)
  y += body.height + 6
  parts.push(box(EDGE, y, INNER, 1, '--grid'))
  y += 4
  for (const note of notes) say(note, { size: 13, ink: '--muted' })
  say(source, { size: 13, ink: '--muted' })
  const height = Math.round(y + EDGE)
  return { height, svg: `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="${FONT}">${box(0, 0, WIDTH, height, '--raised')}${parts.join('')}</svg>` }
}
