import type { Env } from '#src/env.ts'
import { logError } from '#src/log.ts'

/**
 * A list among the static files, one entry a line; undefined when it can't be read. It must not keep people out, but has
 * to be noticed.
 */
export const wordList = async (env: Env, address: string): Promise<string | undefined> => {
  try {
    const answer = await env.ASSETS.fetch(`https://assets.local${address}`)
    if (answer.ok) return await answer.text()
    throw new Error(`the list answered ${answer.status}`)
  } catch (error) {
    logError('list unreadable', error, { address })
    return undefined
  }
}
