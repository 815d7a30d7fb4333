import { createHash } from 'node:crypto'
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { experimental_readRawConfig as readRawConfig } from 'wrangler'
import * as z from 'zod'
import { ROOT } from '../local-state.ts'
import type { Settings } from './settings.ts'

/** wrangler.toml as it is for this machine, and what production makes of it. */

/** What of it is read here; the rest goes through as it is. */
const Local = z.looseObject({
  name: z.string(),
  vars: z.record(z.string(), z.unknown()).default({}),
  d1_databases: z.tuple([z.looseObject({ database_name: z.string() })]),
  r2_buckets: z.array(z.looseObject({ bucket_name: z.string() })).default([]),
  queues: z
    .looseObject({
      producers: z.array(z.looseObject({ queue: z.string() })).default([]),
      consumers: z.array(z.looseObject({ queue: z.string(), dead_letter_queue: z.string().optional() })).default([]),
    })
    .prefault({}),
})
export type Local = z.output<typeof Local>
export type Place = { zoneId: string; databaseId: string }

/** What the Worker is bound to, and so what there has to be. */
export type Needs = { worker: string; database: string; buckets: string[]; queues: string[] }

/** @throws when it doesn't name a Worker and one database */
export const localConfig = (): Local => Local.parse(readRawConfig({ config: join(ROOT, 'wrangler.toml') }).rawConfig)

export const needsOf = ({ name, d1_databases: [database], r2_buckets: buckets, queues: { producers, consumers } }: Local): Needs => {
  const queues = [...producers, ...consumers].map(({ queue }) => queue)
  const dead = consumers.flatMap(({ dead_letter_queue: queue }) => queue ?? [])
  return { worker: name, database: database.database_name, buckets: buckets.map((each) => each.bucket_name), queues: [...new Set([...queues, ...dead])] }
}

/** Values that are this machine's alone. */
const LOCAL_VARS = ['BASE_DOMAIN', 'LOCAL_PORT', 'RESEND_BASE_URL', 'MAIL_FROM']

/** From everything that the Worker is made of: with the same, there is nothing to deploy. */
const releaseOf = (config: object): string => {
  const hash = createHash('sha256').update(JSON.stringify(config))
  const files = globSync(['src/**/*', 'views/**/*', 'public/**/*', 'tools/build.ts', 'package-lock.json'], { cwd: ROOT, withFileTypes: true })
  const paths = files.filter((file) => file.isFile()).map((file) => join(file.parentPath, file.name))
  for (const path of paths.sort()) hash.update(path.slice(ROOT.length)).update(readFileSync(path))
  return hash.digest('hex').slice(0, 16)
}

/** For `wrangler deploy`. Its `RELEASE` says of a Worker what it was made of. */
export const productionConfig = (
  config: Local,
  { baseDomain, mailFrom, vars: chosen }: Settings,
  { zoneId, databaseId }: Place,
): Local & { vars: { RELEASE: string } } => {
  const kept = Object.fromEntries(Object.entries(config.vars).filter(([name]) => !LOCAL_VARS.includes(name)))
  const vars = { ...kept, BASE_DOMAIN: baseDomain, MAIL_FROM: mailFrom, CLOUDFLARE_ZONE_ID: zoneId, ...chosen }
  const made = {
    ...config,
    workers_dev: false,
    preview_urls: false,
    d1_databases: [{ ...config.d1_databases[0], database_id: databaseId }] as Local['d1_databases'],
    vars,
  }
  return { ...made, vars: { ...vars, RELEASE: releaseOf(made) } }
}

/** Beside wrangler.toml, as its paths are. */
export const writeConfig = (file: string, config: object): void => writeFileSync(join(ROOT, file), `${JSON.stringify(config, null, 2)}\n`)
