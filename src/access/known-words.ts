import { fold } from '#src/fold.ts'

/** What is known of a person, and so is tried first: it adds nothing to a password. */
export type Known = {
  /** The company whose door the password opens. */
  company: string
  /** The person's e-mail address. */
  address: string
  name: string
  /** Names of the clients the person sees. */
  clients: readonly string[]
}

/** What has to be left of a password without all that. */
const ENOUGH = 8

/** Accents, spaces, punctuation and signs gone: "Casa Verde, S.L." and "casaverdesl" are the same. */
const squeeze = (text: string): string =>
  fold(text)
    .normalize('NFD')
    .replace(/[\p{M}\p{Z}\p{P}\p{C}\p{Sc}\p{Sk}\p{Sm}]/gu, '')

const YEAR = /(?:19|20)\d\d/g

/**
 * The known words that a password leans on, as they are written, when too little would be left without them;
 * none when it stands without.
 */
export const knownWordsIn = (password: string, known: Known): string[] => {
  const typed = squeeze(password)
  const words = wordsOf(known).filter(([squeezed]) => typed.includes(squeezed))
  const years = typed.match(YEAR) ?? []
  if (words.length + years.length === 0) return []
  const rest = without(typed, [...words.map(([squeezed]) => squeezed), ...years])
  return [...rest].length < ENOUGH ? named(words, years) : []
}

/** Squeezed and as written, the longest first. */
const wordsOf = ({ company, address, name, clients }: Known): [string, string][] => {
  const at = address.lastIndexOf('@')
  const [local, domain] = [address.slice(0, at), address.slice(at + 1)]
  const host = domain.split('.').slice(0, -1)
  const written = [
    ...[company, ...clients].flatMap((each) => [...longer(3, [each]), ...longer(4, each.split(/[^\p{L}\p{N}\p{M}]+/u))]),
    ...longer(4, [address, local, ...local.split(/[^\p{L}\p{N}\p{M}]+/u), host.join('.'), ...host]),
    ...longer(3, [name, ...name.split(/[^\p{L}\p{N}\p{M}]+/u)]),
  ]
  const words = new Map<string, string>()
  for (const each of written) if (!words.has(squeeze(each))) words.set(squeeze(each), each)
  return [...words].sort(([a], [b]) => b.length - a.length)
}

const longer = (least: number, texts: string[]): string[] => texts.filter((text) => [...squeeze(text)].length >= least)

/** Taken out again and again: what stood around a word may have been another one. */
const without = (text: string, words: string[]): string => {
  const shorter = words.reduce((left, word) => left.replaceAll(word, ''), text)
  return shorter === text ? text : without(shorter, words)
}

/** Each once, and not those that are part of a longer one. */
const named = (words: [string, string][], years: string[]): string[] => {
  const whole = words.filter(([word], i) => !words.slice(0, i).some(([longerWord]) => longerWord.includes(word)))
  return [...new Set([...whole.map(([, written]) => written), ...years.filter((year) => !whole.some(([word]) => word.includes(year)))])]
}
