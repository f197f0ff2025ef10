/** The server keeps no more than this many pixels a side; more would only be carried for nothing. */
export const LONG_SIDE = 1600
/** What the server takes at most, where the browser could not make it smaller. */
export const MOST_BYTES = 10 * 1024 * 1024
const TAKEN = ['image/jpeg', 'image/png', 'image/webp']
const QUALITY = 0.82

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
  let small: Blob | null = null
  try {
    small = await redrawn(file)
  } catch {
    if (!TAKEN.includes(file.type)) throw new NotAPhoto()
  }
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
    return await new Promise((done) => canvas.toBlob(done, 'image/jpeg', QUALITY))
  } finally {
    picture.close()
  }
}
