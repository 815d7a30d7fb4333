import { fold } from '#src/fold.ts'

/**
 * What a document or a line is found by, folded; null when the lower case that the database itself makes of the plain
 * columns, joined by spaces, says the same.
 */
export const searchTextOf = (...texts: string[]): string | null => {
  const plain = texts.join(' ')
  const folded = fold(plain)
  // The database knows capitals of plain Latin letters alone.
  return folded === plain.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase()).trim() ? null : folded
}
