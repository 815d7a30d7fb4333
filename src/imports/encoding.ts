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

/** Half a letter at the end is left for the next piece; of two halves that belong together the first may stand there: its row isn't whole. */
export const decodedPiece = (bytes: Uint8Array, encoding: Encoding): Piece => {
  if (encoding === 'utf-8') return { text: bytes, bytesOf: (at) => at }
  const whole = bytes.subarray(0, bytes.length - (bytes.length % 2))
  // The byte order mark is kept, as one letter, for the counting; the first row drops it.
  const decode = (of: Uint8Array, from: string) => new TextDecoder(from, { fatal: false, ignoreBOM: true }).decode(of)
  const text = new TextEncoder().encode(decode(whole, encoding))
  return { text, bytesOf: (at) => (at >= text.length ? whole.length : decode(text.subarray(0, at), 'utf-8').length * 2) }
}
