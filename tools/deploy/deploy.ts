import { ensureBuckets, ensureDatabase, ensureQueues, findZone } from './account.ts'
import { Api } from './api.ts'
import { localConfig, needsOf, productionConfig, writeConfig } from './config.ts'
import type { Run, Wrangler } from './run.ts'
import type { Settings } from './settings.ts'
import { ensureMigrations, ensureWorker, howToSet, missingSecrets } from './worker.ts'
import { ensureZone, lookAtZone } from './zone.ts'

/** Everything that a deployment takes, in an order in which a half-made one serves nobody badly. */

export type Deployment = {
  settings: Settings
  isDry: boolean
  wrangler: Wrangler
  say: (line: string) => void
  /** What is written for wrangler, beside wrangler.toml. */
  config?: string
}
/** What was changed, or would be; which secrets are missing. */
export type Deployed = { changes: string[]; missing: string[] }

/** @throws DeployError with sentences for the operator */
export const deploy = async ({ settings, isDry, wrangler, say, config = 'wrangler.deploy.json' }: Deployment): Promise<Deployed> => {
  const local = localConfig()
  const run: Run = { api: new Api(settings.apiBaseUrl, settings.token), settings, needs: needsOf(local), wrangler, isDry, say, changes: [] }
  const zone = await findZone(run)
  say(`${settings.baseDomain}, on the zone ${zone.name}${isDry ? ': a rehearsal, nothing is changed' : ''}`)
  const standing = await lookAtZone(run, zone)
  const database = await ensureDatabase(run, zone)
  await ensureBuckets(run, zone)
  const hasNewQueue = await ensureQueues(run, zone)
  const production = productionConfig(local, settings, { zoneId: zone.id, databaseId: database?.uuid ?? '' })
  if (!isDry) writeConfig(config, production)
  await ensureMigrations(run, zone, database, config)
  await ensureWorker(run, zone, production.vars.RELEASE, config, hasNewQueue)
  await ensureZone(run, zone, standing)
  return { changes: run.changes, missing: await sayWhatIsMissing(run, zone.account.id, await missingSecrets(run, zone), config) }
}

const sayWhatIsMissing = (run: Run, accountId: string, found: string[] | undefined, config: string): string[] => {
  const missing = found ?? []
  if (missing.length === 0) return []
  run.say(`\nSecrets that are missing, without which it answers 503. Set each of them (with CLOUDFLARE_ACCOUNT_ID=${accountId}):`)
  for (const line of howToSet(missing, config)) run.say(line)
  return missing
}
