import { type Drawn, WIDTH } from './picture'

/** Twice as fine as the screen's own points: it is put on slides and paper. */
const SCALE = 2

/** A drawn picture as a PNG file. */
export async function toPng({ svg, height }: Drawn): Promise<Blob> {
  const address = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }))
  try {
    const image = new Image(WIDTH, height)
    image.src = address
    await image.decode()
    const canvas = document.createElement('canvas')
    canvas.width = WIDTH * SCALE
    canvas.height = height * SCALE
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height)
    return await new Promise((done, failed) => canvas.toBlob((file) => (file ? done(file) : failed(new Error('no picture'))), 'image/png'))
  } finally {
    URL.revokeObjectURL(address)
  }
}
