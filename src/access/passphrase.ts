import { words } from '#dist/manifest.ts'
import type { Env } from '#src/env.ts'
import { wordList } from '#src/word-lists.ts'

/** A password that is suggested: words drawn by chance from a list of 7,772, almost 13 bits each. */

const WORDS = 4

/**
 * @param minimum how many characters it has at least; more words are drawn until it has
 * @returns undefined when the list can't be read
 */
export const suggestPassphrase = async (env: Env, minimum: number): Promise<string | undefined> => {
  const list = (await wordList(env, words))?.split('\n')
  if (!list) return undefined
  const drawn: string[] = []
  while (drawn.length < WORDS || drawn.join('-').length < minimum) drawn.push(list[drawBelow(list.length)] ?? '')
  return drawn.join('-')
}

/** A whole number from 0 on, below `end`, each as likely as any other. @param end at most 2³² */
export const drawBelow = (end: number): number => {
  const [drawn = 0] = crypto.getRandomValues(new Uint32Array(1))
  // Above the last whole multiple of `end`, the first numbers would be likelier: draw again.
  return drawn < 2 ** 32 - (2 ** 32 % end) ? drawn % end : drawBelow(end)
}
