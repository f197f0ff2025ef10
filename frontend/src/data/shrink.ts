import { pixelsOf } from './pixels'

/** The server keeps no more than this many pixels a side; more would only be carried for nothing. */
export const LONG_SIDE = 1600
/** What the server takes at most, where the browser could not make it smaller. */
export const MOST_BYTES = 10 * 1024 * 1024
const TAKEN = ['image/jpeg', 'image/png', 'image/webp']
/** Decoded, a pixel takes four bytes: more than this many would kill the tab of a plain telephone. */
export const MOST_PIXELS = 50_000_000
/** What a slow line can carry; tried in turn until it is small enough. */
const SMALL = 250 * 1024
const QUALITIES = [0.82, 0.7, 0.55]

/** Width and height that fit, never larger than they were. */
export function fit(width: number, height: number, side = LONG_SIDE): [number, number] {
  const scale = Math.min(1, side / Math.max(width, height))
  return [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))]
}

export class NotAPhoto extends Error {}
export class TooLarge extends Error {}

/**
 * The photo upright and small enough for a slow line, without what the telephone wrote beside it (where it was taken).
 * A browser that cannot read it leaves it to the server, which can or says why not.
 */
export async function shrink(file: Blob): Promise<Blob> {
  const size = await pixelsOf(file)
  if (size && size[0] * size[1] > MOST_PIXELS) throw new TooLarge()
  // What does not tell how large it is, is not unpacked here; what cannot be unpacked here, perhaps there.
  const small = size ? await redrawn(file).catch(() => null) : null
  if (!small && !TAKEN.includes(file.type)) throw new NotAPhoto()
  const photo = small ?? file
  if (photo.size > MOST_BYTES) throw new TooLarge()
  return photo
}

async function redrawn(file: Blob): Promise<Blob | null> {
  const picture = await createImageBitmap(file, { imageOrientation: 'from-image' })
  try {
    const canvas = document.createElement('canvas')
    ;[canvas.width, canvas.height] = fit(picture.width, picture.height)
    const paper = canvas.getContext('2d')
    if (!paper) return null
    paper.fillStyle = '#fff'
    paper.fillRect(0, 0, canvas.width, canvas.height)
    paper.drawImage(picture, 0, 0, canvas.width, canvas.height)
    let drawn: Blob | null = null
    for (const quality of QUALITIES) {
      drawn = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/jpeg', quality))
      if (drawn && drawn.size <= SMALL) break
    }
    return drawn
  } finally {
    picture.close()
  }
}
