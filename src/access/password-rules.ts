import { passwords } from '#dist/manifest.ts'
import type { Env } from '#src/env.ts'
import { wordList } from '#src/word-lists.ts'
import { type Known, knownWordsIn } from './known-words.ts'

/** What a new password must be. Any characters, no composition rules; the length is counted in characters, not bytes. */

export const PASSWORD_MAX = 128
const DEFAULT_MIN = 15
const LOWEST_MIN = 8

/** An operator may lower the minimum, not below 8. */
export const passwordMinimum = (env: Env): number => Math.max(LOWEST_MIN, Number(env.PASSWORD_MIN) || DEFAULT_MIN)

/** Longer than any password we'd take, in bytes: refused before a hash is made. */
export const isOversized = (password: string): boolean => password.length > PASSWORD_MAX * 2

/**
 * Why a new password is refused, in words for the person who chose it; undefined when it is fine.
 * @param known what others know of that person
 */
export const passwordProblem = async (env: Env, password: string, known: Known): Promise<string | undefined> => {
  const length = isOversized(password) ? Number.POSITIVE_INFINITY : [...password].length
  const minimum = passwordMinimum(env)
  if (length === 0) return 'Choose a password.'
  if (length < minimum)
    return `That has ${length} ${length === 1 ? 'character' : 'characters'}. Use at least ${minimum}: a few words together are easy to remember.`
  if (length > PASSWORD_MAX) return `Use at most ${PASSWORD_MAX} characters.`
  const words = knownWordsIn(password, known)
  if (words.length > 0) return `Leave out ${listed(words)}: whoever knows you tries that first, and too little is left without it.`
  if (await isCommon(env, password)) return 'That is one of the passwords that are tried first, because many people use it. Choose another.'
  return undefined
}

const listed = (words: string[]): string => new Intl.ListFormat('en-GB', { type: 'conjunction' }).format(words.map((word) => `“${word}”`))

/** A common password, or one common or very short piece over and over. */
const isCommon = async (env: Env, password: string): Promise<boolean> => {
  const folded = password.toLowerCase()
  // A number or a sign at its end hides nothing: "passwordpassword1" is "passwordpassword".
  const bare = folded.replace(/[\p{N}\p{P}\p{S}\p{Z}]+$/u, '')
  const pieces = [folded, bare].filter((text) => text !== '').map((text) => [text, smallestPiece(text)] as const)
  if (pieces.some(([text, piece]) => piece.length <= 4 && piece.length < text.length)) return true
  const list = `\n${(await wordList(env, passwords)) ?? ''}\n`
  return pieces.flat().some((text) => list.includes(`\n${text}\n`))
}

/** The shortest text that makes the whole when repeated: "abcabc" → "abc". */
const smallestPiece = (text: string): string => {
  const at = `${text}${text}`.indexOf(text, 1)
  return text.slice(0, at)
}
