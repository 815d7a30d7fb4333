/** One or two letters that stand for a name: "Harbour & Pine Ltd" → "HP", "maya@example.com" → "M". */
export const initialsOf = (name: string): string => {
  const words = (name.split('@')[0] ?? '').match(/[\p{L}\p{N}][\p{L}\p{N}\p{M}’']*/gu) ?? []
  return words
    .slice(0, 2)
    .map((word) => [...word][0] ?? '')
    .join('')
    .toLocaleUpperCase('en')
}
