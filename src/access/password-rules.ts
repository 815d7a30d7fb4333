import { passwords } from '#dist/manifest.ts'
import type { Env } from '#src/env.ts'
import { logError } from '#src/log.ts'

/** What a new password must be. Any characters, no composition rules; the length is counted in characters, not bytes. */

export const PASSWORD_MAX = 128
const DEFAULT_MIN = 15
const LOWEST_MIN = 8

/** An operator may lower the minimum, not below 8. */
export const passwordMinimum = (env: Env): number => Math.max(LOWEST_MIN, Number(env.PASSWORD_MIN) || DEFAULT_MIN)

/** Longer than any password we'd take, in bytes: refused before a hash is made. */
export const isOversized = (password: string): boolean => password.length > PASSWORD_MAX * 2

/** Why a new password is refused, in words for the person who chose it; undefined when it is fine. */
export const passwordProblem = async (env: Env, password: string): Promise<string | undefined> => {
  const length = isOversized(password) ? Number.POSITIVE_INFINITY : [...password].length
  const minimum = passwordMinimum(env)
  if (length === 0) return 'Choose a password.'
  if (length < minimum)
    return `That has ${length} ${length === 1 ? 'character' : 'characters'}. Use at least ${minimum}: a few words together are easy to remember.`
  if (length > PASSWORD_MAX) return `Use at most ${PASSWORD_MAX} characters.`
  if (await isCommon(env, password)) return 'That is one of the passwords that are tried first, because many people use it. Choose another.'
  return undefined
}

/** A common password, or one common or very short piece over and over. */
const isCommon = async (env: Env, password: string): Promise<boolean> => {
  const folded = password.toLowerCase()
  const piece = smallestPiece(folded)
  if (piece.length <= 4 && piece.length < folded.length) return true
  const list = `\n${await commonPasswords(env)}\n`
  return list.includes(`\n${folded}\n`) || list.includes(`\n${piece}\n`)
}

/** The shortest text that makes the whole when repeated: "abcabc" → "abc". */
const smallestPiece = (text: string): string => {
  const at = `${text}${text}`.indexOf(text, 1)
  return text.slice(0, at)
}

/** Read only here, only when somebody chooses a password. */
const commonPasswords = async (env: Env): Promise<string> => {
  try {
    const answer = await env.ASSETS.fetch(`https://assets.local${passwords}`)
    if (answer.ok) return await answer.text()
    throw new Error(`the list answered ${answer.status}`)
  } catch (error) {
    // A list that can't be read must not keep people out; the length rule stands without it. But it has to be noticed.
    logError('common passwords unreadable', error)
    return ''
  }
}
