import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ROOT } from './local-state.ts'

/** What a command needs that tries the whole site: a place of its own, and the static files. */

/** In memory where there is such a folder: how long a disk takes says nothing here. What a kill leaves behind is the same. */
export const scratchFolder = (name: string): string => mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), `${name}-`))

/** @throws when the build fails; its own words are printed */
export const buildStaticFiles = (): void => {
  const { status } = spawnSync(process.execPath, [join(ROOT, 'tools/build.ts')], { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] })
  if (status !== 0) throw new Error('the static files could not be built')
}
