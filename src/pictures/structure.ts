import { jpegSize } from './jpeg.ts'
import { type Limits, latin, Refused, type Size, tooLarge } from './limits.ts'
import { pngSize } from './png.ts'
import { webpSize } from './webp.ts'

/** What a picture is by its content, walked from its first byte to its last before anything decodes it. */

export type Kind = 'png' | 'jpeg' | 'webp'

const READERS: Record<Kind, (bytes: Uint8Array, limits: Limits) => Size> = { png: pngSize, jpeg: jpegSize, webp: webpSize }
const NAMES: Record<Kind, string> = { png: 'PNG', jpeg: 'JPEG', webp: 'WebP' }

const kindOf = (bytes: Uint8Array): Kind | undefined => {
  if (bytes[0] === 0x89 && latin(bytes, 1, 4) === 'PNG') return 'png'
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return 'jpeg'
  return latin(bytes, 0, 4) === 'RIFF' && latin(bytes, 8, 12) === 'WEBP' ? 'webp' : undefined
}

/** What people send instead, and what to do about it. */
const foreign = (bytes: Uint8Array, { what }: Limits): string => {
  const start = latin(bytes, 0, 512)
  if (/^\uFEFF?\s*(?:<\?xml|<!DOCTYPE svg|<svg)/i.test(start.replace(/^\u00EF\u00BB\u00BF/, '')))
    return `SVG is not taken, because it can hold a program. Save the ${what} as PNG.`
  if (/^GIF8[79]a/.test(start)) return `GIF is not taken. Save the ${what} as PNG.`
  if (start.startsWith('BM')) return `BMP is not taken. Save the ${what} as PNG.`
  if (/^(?:II\*\0|MM\0\*)/.test(start)) return `TIFF is not taken. Save the ${what} as PNG.`
  if (/^....ftyp(?:avi|hei|hev|mif|msf)/s.test(start)) return `AVIF and HEIC are not taken. Save the ${what} as PNG or JPEG.`
  return 'That is no picture. Use PNG, JPEG or WebP.'
}

/**
 * The kind and size of a picture that is whole, by its structure.
 * @throws Refused
 */
export const structureOf = (bytes: Uint8Array, limits: Limits): { kind: Kind } & Size => {
  if (bytes.length === 0) throw new Refused('The file is empty.')
  if (bytes.length > limits.bytes) throw tooLarge(limits)
  const kind = kindOf(bytes)
  if (!kind) throw new Refused(foreign(bytes, limits))
  try {
    return { kind, ...READERS[kind](bytes, limits) }
  } catch (error) {
    if (error instanceof Refused) throw error
    throw new Refused(`This ${NAMES[kind]} file is broken: ${error instanceof Error ? error.message : String(error)}.`)
  }
}
