/** Names of companies, clients and people are anybody's words. Here they are made harmless to a mail. */

const LONGEST = 120
// Control characters, line breaks of every kind, and marks that turn the direction of what follows.
const UNSEEN = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]+/gu

/** One line without anything unseen; for a subject, and for the name beside an address. */
export const plainName = (text: string): string => {
  const letters = [...text.replace(UNSEEN, ' ').replace(/\s+/g, ' ').trim()]
  return letters.length > LONGEST ? `${letters.slice(0, LONGEST - 1).join('')}…` : letters.join('')
}

/** What somebody wrote at length, with its line breaks; otherwise as a name in a mail's body. */
export const unlinkedWords = (text: string): string =>
  unlinked(text.replace(UNSEEN, (unseen) => (unseen.includes('\n') ? unseen.replace(/[^\n]/g, '') : ' ')).trim())

/**
 * The same for a mail's body, where mail programs make links of what looks like an address, in plain text too. A space
 * of no width keeps them from it; what a reader sees stays the same.
 */
export const unlinkedName = (text: string): string => unlinked(plainName(text))

const unlinked = (text: string): string => text.replaceAll('://', ':\u200b//').replace(/(?<=[\p{L}\p{N}-])\.(?=[\p{L}\p{N}-]{2})|(?<=\bwww)\./giu, '.\u200b')
