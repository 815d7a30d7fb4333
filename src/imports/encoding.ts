import type { Encoding } from './head.ts'

/**
 * Rows are cut from UTF-8. A piece of a file in UTF-16 is turned into it as it is read; a place in the one is told from
 * a place in the other by counting letters, so work can begin again at any row.
 */
export type Piece = {
  /** In UTF-8. */
  text: Uint8Array
  /** The place in the file's own bytes, from the beginning of the piece, that a place in the text is. */
  bytesOf: (at: number) => number
}

/** @param isLast whether the file ends with these bytes; otherwise a letter that is cut off is left for the next piece */
export const decodedPiece = (bytes: Uint8Array, encoding: Encoding, isLast: boolean): Piece => {
  if (encoding === 'utf-8') return { text: bytes, bytesOf: (at) => at }
  // The byte order mark is kept, as one letter, for the counting; the first row drops it.
  const whole = wholePairs(bytes, encoding, isLast)
  const letters = new TextDecoder(encoding, { fatal: false, ignoreBOM: true }).decode(whole)
  const text = new TextEncoder().encode(letters)
  return {
    text,
    bytesOf: (at) => (at >= text.length ? whole.length : new TextDecoder('utf-8', { fatal: false, ignoreBOM: true }).decode(text.subarray(0, at)).length * 2),
  }
}

/** Without half a letter at the end: an odd byte, or the first half of two that belong together. */
const wholePairs = (bytes: Uint8Array, encoding: Encoding, isLast: boolean): Uint8Array => {
  if (isLast) return bytes
  const even = bytes.subarray(0, bytes.length - (bytes.length % 2))
  const high = even[even.length - (encoding === 'utf-16le' ? 1 : 2)] ?? 0
  return high >= 0xd8 && high <= 0xdb ? even.subarray(0, even.length - 2) : even
}
