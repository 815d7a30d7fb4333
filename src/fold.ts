/** Case-folded in every script, width and composed forms made one: what is compared and sorted. */
export const fold = (text: string): string => text.normalize('NFKC').trim().toUpperCase().toLowerCase().replaceAll('ς', 'σ').normalize('NFKC')
