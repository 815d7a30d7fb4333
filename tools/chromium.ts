import { spawnSync } from 'node:child_process'
import { accessSync, constants, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** The browser that tests drive. */

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome']
const MISSING = 'No Chromium found: install it (on Debian: apt-get install chromium), or set CHROME_PATH to a Chromium or Chrome.'

const isRunnable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

const onThePath = (): string | undefined => {
  const folders = (process.env.PATH ?? '').split(delimiter)
  return NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find(isRunnable)
}

/** Elsewhere a package of that name may be a stub that asks for another installer. */
const isRootOnDebian = (): boolean => {
  try {
    return process.getuid?.() === 0 && /^ID=debian$/m.test(readFileSync('/etc/os-release', 'utf8'))
  } catch {
    return false
  }
}

const installed = (): string | undefined => {
  if (!isRootOnDebian()) return undefined
  console.log('Installing Chromium …')
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  for (const args of [['update'], ['install', '-y', 'chromium']]) spawnSync('apt-get', args, { env, stdio: ['ignore', 'ignore', 'inherit'] })
  return onThePath()
}

/**
 * Where Chromium is: CHROME_PATH, else one on the PATH, else installed where that is possible (root on Debian).
 * @throws with one line that says what to do
 */
export const findChromium = (): string => {
  const told = process.env.CHROME_PATH
  if (told && !isRunnable(told)) throw new Error(`CHROME_PATH is ${told}, which can't be run.`)
  const found = told || (onThePath() ?? installed())
  if (!found) throw new Error(MISSING)
  return found
}
