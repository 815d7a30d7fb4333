import { deflateSync } from 'node:zlib'

/** Pictures, made by the specifications and not by what reads them: the checksum too is one of its own. */

export const joined = (...parts: (Uint8Array | string | number[])[]): Uint8Array => {
  const bytes = parts.map((part) => (typeof part === 'string' ? Uint8Array.from(part, (letter) => letter.charCodeAt(0)) : Uint8Array.from(part)))
  const all = new Uint8Array(bytes.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of bytes) {
    all.set(part, at)
    at += part.length
  }
  return all
}
export const u32 = (n: number): number[] => [(n >>> 24) & 255, (n >>> 16) & 255, (n >>> 8) & 255, n & 255]
export const le32 = (n: number): number[] => u32(n).reverse()

/** The checksum of PNG, bit by bit. */
export const crc = (bytes: Uint8Array): number => {
  let rest = ~0
  for (const byte of bytes) {
    rest ^= byte
    for (let i = 0; i < 8; i += 1) rest = (rest >>> 1) ^ (rest & 1 ? 0xedb88320 : 0)
  }
  return ~rest >>> 0
}
export const chunk = (name: string, data: Uint8Array | number[] = [], sum?: number): Uint8Array => {
  const body = joined(name, Uint8Array.from(data))
  return joined(u32(data.length), body, u32(sum ?? crc(body)))
}

export const SIGNATURE = [137, 80, 78, 71, 13, 10, 26, 10]
export type Head = { width?: number; height?: number; depth?: number; colour?: number; packing?: number; filter?: number; interlace?: number }
export const ihdr = ({ width = 4, height = 4, depth = 8, colour = 2, packing = 0, filter = 0, interlace = 0 }: Head = {}) =>
  chunk('IHDR', [...u32(width), ...u32(height), depth, colour, packing, filter, interlace])
const CHANNELS: Record<number, number> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 }
/** Rows of one colour each. */
export const idat = ({ width = 4, height = 4, depth = 8, colour = 2 }: Head = {}) => {
  const row = Math.ceil((width * (CHANNELS[colour] ?? 1) * depth) / 8)
  const raw = new Uint8Array((row + 1) * height)
  for (let y = 0; y < height; y += 1) raw.fill(colour === 3 ? 0 : (y * 13) & 255, y * (row + 1) + 1, (y + 1) * (row + 1))
  return chunk('IDAT', deflateSync(raw))
}
const END = chunk('IEND')
export const PALETTE = chunk('PLTE', [200, 30, 30, 20, 20, 20])

/** @param beside chunks between the head and the picture */
export const png = (head: Head = {}, ...beside: Uint8Array[]): Uint8Array =>
  joined(SIGNATURE, ihdr(head), ...(head.colour === 3 ? [PALETTE] : []), ...beside, idat(head), END)

/** A broken file of each kind of PngSuite's, and further ones; with what is wrong with each. */
export const BROKEN_PNGS: Record<string, [bytes: Uint8Array, why: RegExp]> = {
  // xs1n0g01, xs2, xs4, xs7: a byte of the signature
  'first byte of the signature': [joined([138], png().subarray(1)), /That is no picture/],
  'second byte of the signature': [joined([137, 81], png().subarray(2)), /That is no picture/],
  'fourth byte of the signature': [joined([137, 80, 78, 72], png().subarray(4)), /That is no picture/],
  'seventh byte of the signature': [joined([137, 80, 78, 71, 13, 10, 27], png().subarray(7)), /first bytes were changed/],
  // xcrn0g04, xlfn0g04: line ends turned into others on the way
  'CR taken away': [joined([137, 80, 78, 71, 10, 26, 10], png().subarray(8)), /first bytes were changed/],
  'LF made CR LF': [joined([137, 80, 78, 71, 13, 13, 10, 26], png().subarray(8)), /first bytes were changed/],
  // xhdn0g08, xcsn0g01: checksums
  'a wrong checksum of the head': [joined(SIGNATURE, chunk('IHDR', [...u32(4), ...u32(4), 8, 2, 0, 0, 0], 1), idat(), END), /checksum of its part IHDR/],
  'a wrong checksum of the picture': [joined(SIGNATURE, ihdr(), chunk('IDAT', [1, 2, 3], 7), END), /checksum of its part IDAT/],
  // xc1n0g08, xc9n2c08: kinds of colour that don't exist
  'colour 1': [png({ colour: 1 }), /no kind of colour 1/],
  'colour 9': [png({ colour: 9 }), /no kind of colour 9/],
  // xd0n2c08, xd3n2c08, xd9n2c08: bits that don't exist
  'depth 0': [png({ depth: 0 }), /can’t have 0 bits/],
  'depth 3': [png({ depth: 3 }), /can’t have 3 bits/],
  'depth 99': [png({ depth: 99 }), /can’t have 99 bits/],
  'depth 16 with a palette': [png({ depth: 16, colour: 3 }), /can’t have 16 bits/],
  // xdtn0g01: no picture
  'no IDAT': [joined(SIGNATURE, ihdr(), END), /holds no picture/],
  'no palette': [joined(SIGNATURE, ihdr({ colour: 3 }), idat({ colour: 3 }), END), /palette/],
  'a palette of a half colour': [joined(SIGNATURE, ihdr({ colour: 3 }), chunk('PLTE', [1, 2]), idat({ colour: 3 }), END), /palette/],
  'a palette after the picture': [joined(SIGNATURE, ihdr({ colour: 3 }), idat({ colour: 3 }), PALETTE, END), /palette/],
  'a palette in a grey picture': [joined(SIGNATURE, ihdr({ colour: 0 }), PALETTE, idat({ colour: 0 }), END), /palette/],
  'more colours than the palette can name': [
    joined(SIGNATURE, ihdr({ colour: 3, depth: 1 }), chunk('PLTE', new Uint8Array(9)), idat({ colour: 3, depth: 1 }), END),
    /more colours than it can name/,
  ],
  'more see-through colours than colours': [png({ colour: 3 }, chunk('tRNS', [0, 0, 0])), /see-through colours/],
  'a see-through colour beside transparency': [png({ colour: 6 }, chunk('tRNS', [0, 0, 0, 0, 0, 0])), /see-through colours/],
  'a see-through colour of another kind': [png({ colour: 0 }, chunk('tRNS', [0, 0, 0, 0, 0, 0])), /see-through colours/],
  'a see-through colour after the picture': [joined(SIGNATURE, ihdr(), idat(), chunk('tRNS', [0, 0, 0, 0, 0, 0]), END), /see-through colours/],
  'an end that holds something': [joined(SIGNATURE, ihdr(), idat(), chunk('IEND', [1])), /end holds something/],
  'an animation': [png({}, chunk('acTL', [0, 0, 0, 2, 0, 0, 0, 0])), /it moves/],
  'no width': [png({ width: 0 }), /no size/],
  'no height': [png({ height: 0 }), /no size/],
  'another packing': [png({ packing: 1 }), /packed in a way/],
  'another filter': [png({ filter: 1 }), /packed in a way/],
  'another interlace': [png({ interlace: 2 }), /packed in a way/],
  'no head': [joined(SIGNATURE, idat(), END), /header/],
  'two heads': [joined(SIGNATURE, ihdr(), ihdr(), idat(), END), /twice/],
  'no end': [joined(SIGNATURE, ihdr(), idat()), /ends too early/],
  'a picture in pieces': [joined(SIGNATURE, ihdr(), idat(), chunk('tEXt', [65, 0, 66]), idat(), END), /in pieces/],
  'an unknown part that matters': [png({}, chunk('ABCD')), /unknown/],
  'a part without a name': [joined(SIGNATURE, ihdr(), chunk('12!4'), idat(), END), /no name/],
  'a part longer than the file': [joined(SIGNATURE, ihdr(), u32(99_999), 'IDAT'), /ends too early/],
  'cut off in the head': [png().subarray(0, 20), /ends too early/],
  'cut off in the picture': [png().subarray(0, png().length - 20), /ends too early/],
  'packed bytes that are none': [joined(SIGNATURE, ihdr(), chunk('IDAT', [1, 2, 3, 4]), END), /could not be read to its end/],
  'too few rows': [joined(SIGNATURE, ihdr({ height: 400 }), chunk('IDAT', deflateSync(new Uint8Array(13))), END), /could not be read to its end/],
}

const PAGE = '<html><script>alert(1)</script></html>'
const ZIP = [0x50, 0x4b, 3, 4, 20, 0, 0, 0]
const comment = (text: string) => joined([0xff, 0xfe], [0, text.length + 2], text)

/** Files that are a picture and something else as well. */
export const polyglots = (jpeg: Uint8Array, webp: Uint8Array): Record<string, [bytes: Uint8Array, why: RegExp]> => ({
  'a PNG with a page behind it': [joined(png(), PAGE), /something follows its end/],
  'a PNG with a ZIP behind it': [joined(png(), ZIP), /something follows its end/],
  'a PNG with a page in its text': [png({}, chunk('tEXt', joined('Comment', [0], PAGE))), /something else beside the picture/],
  'a PNG with a program in a part of its own': [png({}, chunk('phPx', joined('<?php system($_GET[0]);'))), /something else beside the picture/],
  'a PNG with a PDF in its text': [png({}, chunk('tEXt', joined('A', [0], '%PDF-1.4'))), /something else beside the picture/],
  'a PNG with a ZIP in its profile': [png({}, chunk('iCCP', joined(ZIP))), /something else beside the picture/],
  'a JPEG with a page behind it': [joined(jpeg, PAGE), /something follows its end/],
  'a JPEG with a ZIP behind it': [joined(jpeg, ZIP), /something follows its end/],
  'a JPEG with a page in its comment': [joined(jpeg.subarray(0, 2), comment(PAGE), jpeg.subarray(2)), /something else beside the picture/],
  'a JPEG with a program in its comment': [joined(jpeg.subarray(0, 2), comment('<?PHP echo 1;'), jpeg.subarray(2)), /something else beside the picture/],
  'a WebP with a page behind it': [joined(webp, PAGE), /something follows its end/],
  'a WebP with a page in a part of its own': [
    joined('RIFF', le32(webp.length - 8 + 8 + PAGE.length), 'WEBP', webp.subarray(12), 'XMP ', le32(PAGE.length), PAGE),
    /something else beside the picture/,
  ],
  'a GIF that is a script': [joined('GIF89a/*', [0, 0], '*/=1;alert(1)'), /GIF is not taken/],
  'a PDF named .png': [joined('%PDF-1.7\n%'), /That is no picture/],
  'a ZIP named .png': [joined(ZIP), /That is no picture/],
  'a page named .png': [joined(PAGE), /That is no picture/],
})

/** Where the head of a JPEG's picture says how many bits and colours it has. */
const withFrame = (jpeg: Uint8Array, at: number, value: number) => {
  const frame = jpeg.findIndex((byte, i) => byte === 0xff && (jpeg[i + 1] ?? 0) >= 0xc0 && (jpeg[i + 1] ?? 0) <= 0xc2)
  return jpeg.map((byte, i) => (i === frame + 4 + at ? value : byte))
}
const riff = (...chunks: Uint8Array[]) => {
  const body = joined('WEBP', ...chunks)
  return joined('RIFF', le32(body.length), body)
}
/** @param webp one whose only chunk is its picture, of 40 × 10 */
const extended = (webp: Uint8Array, flags: number, ...more: Uint8Array[]) =>
  riff(joined('VP8X', le32(10), [flags, 0, 0, 0, 39, 0, 0, 9, 0, 0]), webp.subarray(12), ...more)

/** Files whose structure is not that of their kind. */
export const misshapen = (jpeg: Uint8Array, webp: Uint8Array): Record<string, [bytes: Uint8Array, why: RegExp]> => ({
  'a JPEG of 12 bits': [withFrame(jpeg, 0, 12), /its colours are none/],
  'a JPEG of two colours': [withFrame(jpeg, 5, 2), /its colours are none/],
  'a WebP with an unknown part': [extended(webp, 0, joined('EVIL', le32(2), 'xx')), /parts is unknown/],
  'a WebP that says it moves': [extended(webp, 2), /it moves/],
  'a WebP with two pictures': [extended(webp, 0, webp.subarray(12)), /two pictures/],
})
/** One that is well shaped, with room for notes. */
export const extendedWebp = (webp: Uint8Array) => extended(webp, 4, joined('XMP ', le32(4), '<x/>'))

export const FOREIGN: Record<string, [bytes: Uint8Array, why: RegExp]> = {
  'an empty file': [new Uint8Array(), /The file is empty/],
  'one byte': [new Uint8Array([137]), /That is no picture/],
  SVG: [joined('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'), /SVG is not taken/],
  'SVG with a prologue': [joined([0xef, 0xbb, 0xbf], '<?xml version="1.0"?><svg/>'), /SVG is not taken/],
  GIF: [joined('GIF89a', [1, 0, 1, 0, 0, 0, 0]), /GIF is not taken/],
  BMP: [joined('BM', [70, 0, 0, 0]), /BMP is not taken/],
  TIFF: [joined('II*', [0, 8, 0, 0, 0]), /TIFF is not taken/],
  AVIF: [joined([0, 0, 0, 28], 'ftypavif', [0, 0, 0, 0]), /AVIF and HEIC are not taken/],
  HEIC: [joined([0, 0, 0, 24], 'ftypheic', [0, 0, 0, 0]), /AVIF and HEIC are not taken/],
  text: [joined('Our logo is a fish.'), /That is no picture/],
  // A bomb: 30,000 × 30,000 of one colour, which would unpack to gigabytes.
  'a PNG of 30,000 × 30,000': [
    joined(SIGNATURE, ihdr({ width: 30_000, height: 30_000 }), chunk('IDAT', deflateSync(new Uint8Array(1_000_000))), END),
    /30000 × 30000 pixels/,
  ],
  'a PNG one pixel too wide': [joined(SIGNATURE, ihdr({ width: 4001, height: 1 }), chunk('IDAT', [1]), END), /4001 × 1 pixels/],
  'a JPEG of 30,000 × 30,000': [joined([0xff, 0xd8, 0xff, 0xc0, 0, 11, 8, 0x75, 0x30, 0x75, 0x30, 1, 1, 0x11, 0]), /30000 × 30000 pixels/],
  'a file over 2 MB': [new Uint8Array(2 * 1024 * 1024 + 1), /larger than 2 MB/],
}
