import { DeployError } from './api.ts'
import { ensure, type Run, type Zone } from './run.ts'

/** What the account holds for the Worker: its database, its files, its queues. */

const READ_ZONES = { doing: 'look up the zone', scope: 'Zone → Zone → Read' }

/** The zone that was named, or the nearest one above the base domain. */
export const findZone = async ({ api, settings: { baseDomain, zone } }: Pick<Run, 'api' | 'settings'>): Promise<Zone> => {
  const labels = baseDomain.split('.')
  const names = zone === undefined ? labels.slice(0, -1).map((_, i) => labels.slice(i).join('.')) : [zone]
  for (const name of names) {
    const [found] = await api.get<(Zone & { status: string })[]>(`/zones?name=${encodeURIComponent(name)}`, READ_ZONES)
    if (found?.status === 'active') return found
    if (found) throw new DeployError(`The zone ${name} is ${found.status} at Cloudflare: its registrar has to name Cloudflare's name servers first.`)
  }
  throw new DeployError(
    `There is no zone for ${baseDomain} that this token may see. Add the domain at https://dash.cloudflare.com, or give the token “Zone → Zone → Read” for it.`,
  )
}

export type Database = { uuid: string; name: string }
const DATABASES = { doing: 'look up the database', scope: 'Account → D1 → Edit' }
export const findDatabase = async ({ api, needs }: Pick<Run, 'api' | 'needs'>, { account }: Zone): Promise<Database | undefined> => {
  const found = await api.get<Database[]>(`/accounts/${account.id}/d1/database?name=${encodeURIComponent(needs.database)}`, DATABASES)
  return found.find(({ name }) => name === needs.database)
}

/** Undefined while it isn't made, in a rehearsal. */
export const ensureDatabase = async (run: Run, zone: Zone): Promise<Database | undefined> => {
  const { database: name } = run.needs
  let database = await findDatabase(run, zone)
  await ensure(run, `database ${name}`, database !== undefined, async () => {
    database = await run.api.post<Database>(`/accounts/${zone.account.id}/d1/database`, { name }, { ...DATABASES, doing: `make the database ${name}` })
  })
  return database
}

export const ensureBuckets = async (run: Run, { account }: Zone): Promise<void> => {
  const scope = 'Account → Workers R2 Storage → Edit'
  for (const name of run.needs.buckets) {
    const at = `/accounts/${account.id}/r2/buckets`
    const { buckets } = await run.api.get<{ buckets: { name: string }[] }>(`${at}?name_contains=${encodeURIComponent(name)}`, {
      doing: 'look up the buckets',
      scope,
    })
    const isThere = buckets.some((bucket) => bucket.name === name)
    await ensure(run, `bucket ${name}`, isThere, () => run.api.post(at, { name }, { doing: `make the bucket ${name}`, scope }))
  }
}

/** Says whether one was made: then the Worker isn't its reader yet. */
export const ensureQueues = async (run: Run, { account }: Zone): Promise<boolean> => {
  const [scope, before] = ['Account → Queues → Edit', run.changes.length]
  for (const name of run.needs.queues) {
    const at = `/accounts/${account.id}/queues`
    const found = await run.api.get<{ queue_name: string }[] | null>(`${at}?name=${encodeURIComponent(name)}`, { doing: 'look up the queues', scope })
    const isThere = found?.some((queue) => queue.queue_name === name) ?? false
    await ensure(run, `queue ${name}`, isThere, () => run.api.post(at, { queue_name: name }, { doing: `make the queue ${name}`, scope }))
  }
  return run.changes.length > before
}
