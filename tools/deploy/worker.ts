import { REQUIRED_SECRETS } from '#src/env.ts'
import { migrationFiles } from '../local-state.ts'
import type { Database } from './account.ts'
import { DeployError } from './api.ts'
import { ensure, type Run, type Zone } from './run.ts'

/** The Worker itself: its database brought up to date, its code, its secrets. */

const SCOPE = 'Account → Workers Scripts → Edit'

export const ensureMigrations = async (run: Run, { account }: Zone, database: Database | undefined, config: string): Promise<void> => {
  const pending = database ? await pendingMigrations(run, account.id, database) : migrationFiles()
  const what = pending.length === 0 ? 'migrations' : `migrations ${pending.join(', ')}`
  await ensure(run, what, pending.length === 0, () =>
    run.wrangler(['d1', 'migrations', 'apply', run.needs.database, '--remote', '--config', config], { accountId: account.id }),
  )
}

const pendingMigrations = async ({ api }: Run, accountId: string, { uuid }: Database): Promise<string[]> => {
  const at = `/accounts/${accountId}/d1/database/${uuid}/query`
  const purpose = { doing: 'read which migrations are applied', scope: 'Account → D1 → Edit' }
  const ask = async (sql: string) => (await api.post<{ results: { name: string }[] }[]>(at, { sql }, purpose))[0]?.results ?? []
  const [table] = await ask("SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'd1_migrations'")
  const applied = new Set(table ? (await ask('SELECT name FROM d1_migrations')).map(({ name }) => name) : [])
  return migrationFiles().filter((name) => !applied.has(name))
}

type Bindings = { bindings: { type: string; name: string; text?: string }[] }

/** @param isForced also if the same code is there: something that it reads was made anew */
export const ensureWorker = async (run: Run, zone: Zone, release: string, config: string, isForced: boolean): Promise<void> => {
  const at = `/accounts/${zone.account.id}/workers/scripts/${run.needs.worker}/settings`
  const found = await run.api.find<Bindings>(at, { doing: 'look up the Worker', scope: SCOPE })
  const isSame = !isForced && (found?.bindings.some(({ name, text }) => name === 'RELEASE' && text === release) ?? false)
  if (found && !isSame) refuseWithout(await missingSecrets(run, zone), config)
  await ensure(run, `Worker ${run.needs.worker}, release ${release}`, isSame, () =>
    run.wrangler(['deploy', '--config', config], { accountId: zone.account.id }),
  )
}

/** A site that is served must not get code that can't do without a secret it lacks. One that has none isn't served yet. */
const refuseWithout = (missing: string[] = [], config: string): void => {
  if (missing.length === 0 || missing.length === REQUIRED_SECRETS.length) return
  const how = howToSet(missing, config).join('\n')
  throw new DeployError(
    `Not set: ${missing.join(', ')}. The new code would answer 503 without, so the old one was left to serve. Set it, then try again:\n${how}`,
  )
}

/** The required ones that aren't set; undefined while there is no Worker to hold any. */
export const missingSecrets = async ({ api, needs }: Run, { account }: Zone): Promise<string[] | undefined> => {
  const at = `/accounts/${account.id}/workers/scripts/${needs.worker}/secrets`
  const found = await api.find<{ name: string }[]>(at, { doing: 'look up the secrets', scope: SCOPE })
  return found && REQUIRED_SECRETS.filter((name) => !found.some((secret) => secret.name === name))
}

const SIGNING = "node -p \"'1:' + crypto.randomBytes(32).toString('base64url')\""
const FROM: Record<(typeof REQUIRED_SECRETS)[number], string> = {
  SESSION_SECRETS: SIGNING,
  LINK_SECRETS: SIGNING,
  RESEND_API_KEY: '',
  RESEND_WEBHOOK_SECRET: '',
}

/** How each of them is set, a command a line. */
export const howToSet = (missing: string[], config: string): string[] =>
  missing.map((name) => {
    const [from, put] = [FROM[name as keyof typeof FROM], `npx wrangler secret put ${name} --config ${config}`]
    return `    ${from ? `${from} | ${put}` : put}`
  })
