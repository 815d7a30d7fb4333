import { checkBeside, checkSize, type Limits, type Size } from './limits.ts'
import { joined, Reader } from './reader.ts'

/** PNG, by its specification: a signature, then chunks with a length, a name and a checksum each. */

const SIGNATURE = '137 80 78 71 13 10 26 10'
/** Which bits a sample may have, by the kind of colour: grey, colour, palette, grey and colour with transparency. */
const DEPTHS: Record<number, number[]> = { 0: [1, 2, 4, 8, 16], 2: [8, 16], 3: [1, 2, 4, 8], 4: [8, 16], 6: [8, 16] }
const PALETTE = 3
const CRITICAL = new Set(['IHDR', 'PLTE', 'IDAT', 'IEND'])

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n
  for (let bit = 0; bit < 8; bit += 1) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1
  return c
})
const crcOf = (bytes: Uint8Array): number => {
  let crc = 0xffffffff
  for (const byte of bytes) crc = (CRC_TABLE[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8)
  return (crc ^ 0xffffffff) >>> 0
}

export type Chunk = { name: string; data: Uint8Array; whole: Uint8Array }

/** The chunks of a file, each with a checksum that is right, to the end of the file. */
export const chunksOf = (bytes: Uint8Array): Chunk[] => {
  const reader = new Reader(bytes)
  if (reader.take(8).join(' ') !== SIGNATURE) throw new Error('its first bytes were changed on the way')
  const chunks: Chunk[] = []
  while (reader.left > 0) {
    const start = reader.at
    const length = reader.u32()
    const name = reader.text(4)
    if (!/^[A-Za-z]{4}$/.test(name)) throw new Error('one of its parts has no name')
    const data = reader.take(length)
    if (reader.u32() !== crcOf(bytes.subarray(start + 4, start + 8 + length))) throw new Error(`the checksum of its part ${name} is wrong`)
    chunks.push({ name, data, whole: bytes.subarray(start, reader.at) })
    if (name === 'IEND' && reader.left > 0) throw new Error('something follows its end')
  }
  return chunks
}

type Head = Size & { depth: number; colour: number }

const headOf = ({ name, data }: Chunk): Head => {
  if (name !== 'IHDR' || data.length !== 13) throw new Error('it doesn’t begin with its header')
  const reader = new Reader(data)
  const [width, height, depth, colour] = [reader.u32(), reader.u32(), reader.u8(), reader.u8()]
  if (width === 0 || height === 0) throw new Error('it has no size')
  if (!DEPTHS[colour]) throw new Error(`there is no kind of colour ${colour}`)
  if (!DEPTHS[colour].includes(depth)) throw new Error(`its colours can’t have ${depth} bits`)
  if (reader.u8() !== 0 || reader.u8() !== 0 || reader.u8() > 1) throw new Error('it is packed in a way that doesn’t exist')
  return { width, height, depth, colour }
}

/** @throws Error, Refused */
export const pngSize = (bytes: Uint8Array, limits: Limits): Size => {
  const chunks = chunksOf(bytes)
  const [first] = chunks
  if (!first) throw new Error('it ends too early')
  const head = headOf(first)
  const { width, height, colour } = head
  const size = checkSize({ width, height }, limits)
  const names = chunks.map(({ name }) => name)
  const count = (wanted: string) => names.filter((name) => name === wanted).length
  if (names.at(-1) !== 'IEND') throw new Error('it ends too early')
  if (count('IHDR') !== 1 || count('PLTE') > 1) throw new Error('a part that is there once is there twice')
  const [begin, end] = [names.indexOf('IDAT'), names.lastIndexOf('IDAT')]
  if (begin < 0) throw new Error('it holds no picture')
  if (names.slice(begin, end + 1).some((name) => name !== 'IDAT')) throw new Error('its picture is in pieces')
  const palette = chunks.find(({ name }) => name === 'PLTE')
  if (palette && (palette.data.length % 3 !== 0 || palette.data.length === 0 || palette.data.length > 768)) throw new Error('its palette has no right length')
  if (colour === PALETTE ? !palette || names.indexOf('PLTE') > begin : palette && (colour === 0 || colour === 4))
    throw new Error('its palette is not where it belongs')
  if (chunks.at(-1)?.data.length) throw new Error('its end holds something')
  checkColours(chunks, head)
  for (const { name, data } of chunks) {
    if (CRITICAL.has(name)) continue
    if (/^[A-Z]/.test(name)) throw new Error(`its part ${name} is unknown`)
    if (name === 'acTL') throw new Error('it moves; use a still picture')
    checkBeside(data)
  }
  return size
}

/** As many colours as the palette can name, and as many of them see-through as there are. */
const checkColours = (chunks: Chunk[], { depth, colour }: Head): void => {
  const colours = (chunks.find(({ name }) => name === 'PLTE')?.data.length ?? 0) / 3
  if (colour === PALETTE && colours > 2 ** depth) throw new Error('its palette has more colours than it can name')
  const seeThrough = chunks.find(({ name }) => name === 'tRNS')
  if (!seeThrough) return
  const length = seeThrough.data.length
  const isRight = colour === PALETTE ? length <= colours : length === ({ 0: 2, 2: 6 }[colour] ?? -1)
  if (!isRight || chunks.indexOf(seeThrough) > chunks.findIndex(({ name }) => name === 'IDAT'))
    throw new Error('its see-through colours are not where they belong')
}

/** The picture alone: whatever else was written beside it, such as a text or a place, is left out. */
export const barePng = (bytes: Uint8Array): Uint8Array => {
  const kept = chunksOf(bytes).flatMap(({ name, whole }) => (CRITICAL.has(name) || name === 'tRNS' ? [whole] : []))
  return joined([bytes.subarray(0, 8), ...kept])
}
