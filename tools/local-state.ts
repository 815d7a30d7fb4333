import { spawnSync } from 'node:child_process'
import { globSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Env } from '#src/env.ts'

/** What wrangler keeps on this machine: database and files, in one folder. */

export const ROOT = join(import.meta.dirname, '..')
export const DEFAULT_STATE = join(ROOT, '.wrangler/state')
export const WRANGLER = join(ROOT, 'node_modules/wrangler/bin/wrangler.js')

/** No news of updates, no statistics, nothing fetched from elsewhere: it works without a network. */
export const QUIET = { WRANGLER_SEND_METRICS: 'false', CLOUDFLARE_CF_FETCH_ENABLED: 'false', WRANGLER_HIDE_BANNER: 'true' }

/** The Worker's bindings over the local state, and the values of wrangler.toml. To be closed. */
export const openLocal = async (state: string): Promise<{ env: Env; close: () => Promise<void> }> => {
  Object.assign(process.env, QUIET)
  const { getPlatformProxy } = await import('wrangler')
  const proxy = await getPlatformProxy<Env>({ configPath: join(ROOT, 'wrangler.toml'), persist: { path: join(state, 'v3') }, remoteBindings: false })
  return { env: proxy.env, close: () => proxy.dispose() }
}

/** In the order in which they are applied. */
export const migrationFiles = () =>
  readdirSync(join(ROOT, 'migrations'))
    .filter((name) => name.endsWith('.sql'))
    .sort()

/**
 * A look at the database file itself, in milliseconds where wrangler takes seconds: whether all migrations are applied,
 * and whether a company is there. Says no to both when it can't tell.
 */
export const glance = (state: string, slug: string): { migrated: boolean; hasCompany: boolean } => {
  const [file, ...others] = globSync(join(state, 'v3/d1/*/*.sqlite')).filter((path) => !path.endsWith('metadata.sqlite'))
  if (file === undefined || others.length > 0) return { migrated: false, hasCompany: false }
  try {
    using database = new DatabaseSync(file, { readOnly: true })
    const applied = new Set(
      database
        .prepare('SELECT name FROM d1_migrations')
        .all()
        .map(({ name }) => name),
    )
    const migrated = migrationFiles().every((name) => applied.has(name))
    return { migrated, hasCompany: migrated && database.prepare('SELECT 1 FROM tenants WHERE slug = ?').get(slug) !== undefined }
  } catch {
    return { migrated: false, hasCompany: false }
  }
}

/** The database file itself, once there is one. @throws when there is none, or more than one */
export const databaseFile = (state: string): string => {
  const [file, ...others] = globSync(join(state, 'v3/d1/*/*.sqlite')).filter((path) => !path.endsWith('metadata.sqlite'))
  if (file === undefined || others.length > 0) throw new Error(`${state} has no database, or more than one`)
  return file
}

/** Applies what is pending. @throws with wrangler's own words */
export const migrate = (state: string): void => {
  const command = [WRANGLER, 'd1', 'migrations', 'apply', 'DB', '--local', '--persist-to', state]
  const { status, stdout, stderr } = spawnSync(process.execPath, command, {
    cwd: ROOT,
    env: { ...process.env, ...QUIET, CI: '1' },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  if (status !== 0) throw new Error(`the migrations could not be applied:\n${stdout}${stderr}`)
}
