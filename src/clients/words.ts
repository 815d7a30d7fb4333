import { fold } from '#src/fold.ts'

/**
 * What a client is found by: each word of its name, and its code and e-mail address, whole and from each word in them on,
 * so that "44-b" finds "KD-44-B" and "example.com" finds "jo@example.com".
 */
export const searchWordsOf = ({ name, code, email }: { name: string; code: string; email: string | null }): string[] => {
  const whole = [name, code, email ?? ''].flatMap((text) => text.split(/\s+/u)).map(fold)
  return [...new Set(whole.flatMap(beginnings))].filter((word) => word !== '')
}

/** A chunk from each of its words on: "jo@example.com" → itself, "example.com", "com". */
const beginnings = (chunk: string): string[] => [...chunk.matchAll(/[\p{L}\p{N}\p{M}]+/gu)].map(({ index }) => chunk.slice(index)).concat(chunk)
