import { checkBeside, checkSize, type Limits, type Size } from './limits.ts'
import { Reader } from './reader.ts'

/** WebP: a RIFF file whose chunks fill it to the last byte; one of them is the picture. */

const lossySize = (data: Uint8Array): Size => {
  const reader = new Reader(data)
  const [frame] = reader.take(3)
  if (((frame ?? 1) & 1) !== 0 || reader.take(3).join(' ') !== '157 1 42') throw new Error('its picture doesn’t begin as one')
  const side = () => (reader.u8() | (reader.u8() << 8)) & 0x3fff
  return { width: side(), height: side() }
}

const losslessSize = (data: Uint8Array): Size => {
  const reader = new Reader(data)
  if (reader.u8() !== 0x2f) throw new Error('its picture doesn’t begin as one')
  const bits = reader.u32(true)
  if (bits >>> 29 !== 0) throw new Error('its picture is of a version that doesn’t exist')
  return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 }
}

const ANIMATED = 0x02
const NOTES = ['ICCP', 'EXIF', 'XMP ']

const canvasSize = (data: Uint8Array): Size => {
  const reader = new Reader(data)
  if (reader.u8() & ANIMATED) throw new Error('it moves; use a still picture')
  reader.take(3)
  const side = () => (reader.u8() | (reader.u8() << 8) | (reader.u8() << 16)) + 1
  return { width: side(), height: side() }
}

/** @throws Error, Refused */
export const webpSize = (bytes: Uint8Array, limits: Limits): Size => {
  const reader = new Reader(bytes)
  reader.take(4)
  const announced = reader.u32(true)
  if (announced + 8 > bytes.length) throw new Error('it ends too early')
  if (announced + 8 < bytes.length) throw new Error('something follows its end')
  reader.take(4)
  let picture: Size | undefined
  let canvas: Size | undefined
  while (reader.left > 0) {
    const name = reader.text(4)
    const length = reader.u32(true)
    const data = reader.take(length)
    if (length % 2 === 1) reader.take(1)
    if (name === 'ANIM' || name === 'ANMF') throw new Error('it moves; use a still picture')
    if (name === 'VP8X') canvas = checkSize(canvasSize(data), limits)
    else if (name === 'VP8 ' || name === 'VP8L') {
      if (picture) throw new Error('it holds two pictures')
      picture = checkSize(name === 'VP8 ' ? lossySize(data) : losslessSize(data), limits)
    } else if (NOTES.includes(name)) checkBeside(data)
    else if (name !== 'ALPH') throw new Error('one of its parts is unknown')
  }
  if (!picture) throw new Error('it holds no picture')
  if (picture.width === 0 || picture.height === 0) throw new Error('it has no size')
  if (canvas && (canvas.width !== picture.width || canvas.height !== picture.height)) throw new Error('it has two sizes')
  return picture
}
