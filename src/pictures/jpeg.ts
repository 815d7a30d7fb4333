import { checkBeside, checkSize, type Limits, type Size } from './limits.ts'
import { joined, Reader } from './reader.ts'

/** JPEG: segments between a start and an end, and after each SOS the packed picture up to the next marker. */

const [EOI, SOS, COM] = [0xd9, 0xda, 0xfe]
/** Says how its colours are mixed, and nothing else. */
const ADOBE = 0xee
const isRestart = (marker: number) => marker >= 0xd0 && marker <= 0xd7
const isApplication = (marker: number) => marker >= 0xe0 && marker <= 0xef
/** Baseline, extended and progressive; what remains of C0 to CF is rare, and read by few. */
const TAKEN_FRAMES = [0xc0, 0xc1, 0xc2]
const isFrame = (marker: number) => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)

/** Over the packed picture, to the marker that ends it. */
const skipPacked = (reader: Reader): void => {
  while (true) {
    const next = reader.bytes.indexOf(0xff, reader.at)
    if (next < 0 || next + 1 >= reader.bytes.length) throw new Error('it ends too early')
    const marker = reader.bytes[next + 1] ?? 0
    reader.at = next
    if (marker !== 0 && !isRestart(marker)) return
    reader.at = next + 2
  }
}

const markerOf = (reader: Reader): number => {
  if (reader.u8() !== 0xff) throw new Error('a part doesn’t begin where the one before it ends')
  let marker = reader.u8()
  while (marker === 0xff) marker = reader.u8()
  return marker
}

/** @throws Error, Refused */
export const jpegSize = (bytes: Uint8Array, limits: Limits): Size => {
  const reader = new Reader(bytes)
  reader.take(2)
  let size: Size | undefined
  let hasPicture = false
  while (true) {
    const marker = markerOf(reader)
    if (marker === EOI) break
    if (marker === 0 || marker === 1 || isRestart(marker) || marker === 0xd8) throw new Error('a part is not where it belongs')
    const length = reader.u16()
    if (length < 2) throw new Error('one of its parts has no length')
    const data = reader.take(length - 2)
    if (isFrame(marker)) {
      if (!TAKEN_FRAMES.includes(marker)) throw new Error('it is of a rare kind; save it anew')
      if (size) throw new Error('it has two sizes')
      const head = new Reader(data)
      const [depth, height, width, colours] = [head.u8(), head.u16(), head.u16(), head.u8()]
      if (width === 0 || height === 0) throw new Error('it has no size')
      if (depth !== 8 || ![1, 3, 4].includes(colours) || data.length !== 6 + 3 * colours) throw new Error('its colours are none that a JPEG has')
      size = checkSize({ width, height }, limits)
    }
    if (isApplication(marker) || marker === COM) checkBeside(data)
    if (marker === SOS) {
      if (!size) throw new Error('its picture comes before its size')
      hasPicture = true
      skipPacked(reader)
    }
  }
  if (!size || !hasPicture) throw new Error('it holds no picture')
  if (reader.left > 0) throw new Error('something follows its end')
  return size
}

/** The picture alone: places, cameras and words that were written beside it are left out. */
export const bareJpeg = (bytes: Uint8Array): Uint8Array => {
  const reader = new Reader(bytes)
  const kept = [reader.take(2)]
  while (reader.left > 0) {
    const start = reader.at
    const marker = markerOf(reader)
    if (marker !== EOI) reader.take(reader.u16() - 2)
    if (marker === SOS) skipPacked(reader)
    if ((!isApplication(marker) || marker === ADOBE) && marker !== COM) kept.push(bytes.subarray(start, reader.at))
    if (marker === EOI) break
  }
  return joined(kept)
}
