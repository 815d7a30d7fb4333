/** Case-folded in every script, width and composed forms made one: what is compared and sorted. */
export const fold = (text: string): string => text.normalize('NFKC').trim().toUpperCase().toLowerCase().replaceAll('ς', 'σ').normalize('NFKC')

/**
 * What was typed into a search field, cut at spaces and folded: at most five terms. An apostrophe is typed in one way and
 * written in another, so it cuts, too: words are found from each of their parts on.
 */
export const searchTermsOf = (typed: string): string[] =>
  typed
    .split(/\s+|(?<=[\p{L}\p{N}])['’‘ʼ`´]/u)
    .map(fold)
    .filter((term) => term !== '')
    .slice(0, 5)

/**
 * What is looked through for such terms, folded; null when the lower case that the database itself makes of the plain
 * texts, joined by spaces, says the same.
 */
export const searchTextOf = (...texts: string[]): string | null => {
  const plain = texts.join(' ')
  const folded = fold(plain)
  // The database knows capitals of plain Latin letters alone.
  return folded === plain.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase()).trim() ? null : folded
}
