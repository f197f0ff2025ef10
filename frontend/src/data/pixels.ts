/** Width and height as the head of a JPEG, PNG or WebP tells them, without decoding it; null where it does not. */
export async function pixelsOf(file: Blob): Promise<[number, number] | null> {
  const bytes = new DataView(await file.slice(0, HEAD).arrayBuffer())
  try {
    return jpeg(bytes) ?? png(bytes) ?? webp(bytes)
  } catch (error) {
    // Cut short, or no picture at all.
    if (error instanceof RangeError) return null
    throw error
  }
}

/** A telephone writes a small picture and a profile before the size. */
const HEAD = 1024 * 1024

function jpeg(bytes: DataView): [number, number] | null {
  if (bytes.getUint16(0) !== 0xffd8) return null
  for (let at = 2; ; ) {
    const marker = bytes.getUint16(at)
    // A start of frame, and none of the tables that lie between.
    if (marker >= 0xffc0 && marker <= 0xffcf && ![0xffc4, 0xffc8, 0xffcc].includes(marker)) return [bytes.getUint16(at + 7), bytes.getUint16(at + 5)]
    if (marker >> 8 !== 0xff) return null
    at += marker === 0xffff ? 1 : 2 + bytes.getUint16(at + 2)
  }
}

const png = (bytes: DataView): [number, number] | null => (bytes.getUint32(0) === 0x89504e47 ? [bytes.getUint32(16), bytes.getUint32(20)] : null)

function webp(bytes: DataView): [number, number] | null {
  if (bytes.getUint32(0) !== 0x52494646 || bytes.getUint32(8) !== 0x57454250) return null
  const three = (at: number): number => bytes.getUint16(at, true) + (bytes.getUint8(at + 2) << 16) + 1
  switch (bytes.getUint32(12)) {
    case 0x56503858:
      return [three(24), three(27)]
    case 0x5650384c: {
      const bits = bytes.getUint32(21, true)
      return [(bits & 0x3fff) + 1, ((bits >> 14) & 0x3fff) + 1]
    }
    default:
      return [bytes.getUint16(26, true) & 0x3fff, bytes.getUint16(28, true) & 0x3fff]
  }
}
