import { DeployError } from './api.ts'
import { ensure, type Run, type Zone } from './run.ts'

/** What the zone needs, so that every name of the house and of its companies leads to the Worker. */

/** What of it is there already. */
export type ZoneStanding = { records: { name: string; isThere: boolean }[]; hasFallback: boolean; hasRoute: boolean }

type DnsRecord = { type: string; name: string; content: string; proxied: boolean }
const ADDRESSES = ['A', 'AAAA', 'CNAME']
/** An address that leads nowhere: proxied, it never is asked. */
const NOWHERE = { type: 'AAAA', content: '100::', proxied: true, ttl: 1, comment: 'StockFlow Client Portal' }
const EVERYTHING = '*/*'

const DNS = 'Zone → DNS → Edit'
const HOSTNAMES = 'Zone → SSL and Certificates → Edit'
const ROUTES = 'Zone → Workers Routes → Edit'

/** Where the requests of custom hostnames arrive. */
const fallbackName = (baseDomain: string): string => `fallback.${baseDomain}`
const recordsAt = ({ id }: Zone) => `/zones/${id}/dns_records`
const fallbackAt = ({ id }: Zone) => `/zones/${id}/custom_hostnames/fallback_origin`
const routesAt = ({ id }: Zone) => `/zones/${id}/workers/routes`

/** Looks before anything is made. @throws DeployError where the zone serves something else already */
export const lookAtZone = async (run: Run, zone: Zone): Promise<ZoneStanding> => {
  const { baseDomain } = run.settings
  const records: ZoneStanding['records'] = []
  for (const name of [fallbackName(baseDomain), `app.${baseDomain}`, `*.${baseDomain}`]) records.push({ name, isThere: await hasRecord(run, zone, name) })
  return { records, hasFallback: await hasFallback(run, zone), hasRoute: await hasRoute(run, zone) }
}

const hasRecord = async ({ api }: Run, zone: Zone, name: string): Promise<boolean> => {
  const found = await api.get<DnsRecord[]>(`${recordsAt(zone)}?name=${encodeURIComponent(name)}`, { doing: 'look up the DNS records', scope: DNS })
  const addresses = found.filter((record) => record.name === name && ADDRESSES.includes(record.type))
  const past = addresses.find(({ proxied }) => !proxied)
  if (!past) return addresses.length > 0
  const what = `${name} has a record that leads past Cloudflare (${past.type} ${past.content})`
  throw new DeployError(`${what}. If nothing needs it, delete it; otherwise choose another BASE_DOMAIN. Nothing was changed.`)
}

const hasFallback = async ({ api, settings }: Run, zone: Zone): Promise<boolean> => {
  const found = await api.find<{ origin: string }>(fallbackAt(zone), { doing: 'look up the fallback origin', scope: HOSTNAMES })
  if (!found || found.origin === fallbackName(settings.baseDomain)) return found !== undefined
  const what = `The zone's fallback origin is ${found.origin}, so something else serves its custom hostnames`
  throw new DeployError(`${what}. Use a zone of its own for this, or take it away under SSL/TLS → Custom Hostnames. Nothing was changed.`)
}

const hasRoute = async ({ api, needs }: Run, zone: Zone): Promise<boolean> => {
  const routes = await api.get<{ pattern: string; script?: string }[]>(routesAt(zone), { doing: 'look up the routes', scope: ROUTES })
  const found = routes.find(({ pattern }) => pattern === EVERYTHING)
  if (!found || found.script === needs.worker) return found !== undefined
  const what = `The zone's route ${EVERYTHING} leads to ${found.script ?? 'no Worker'}`
  throw new DeployError(`${what}. Use a zone of its own for this, or delete that route under Workers Routes. Nothing was changed.`)
}

/** After the Worker, which the route names. */
export const ensureZone = async (run: Run, zone: Zone, standing: ZoneStanding): Promise<void> => {
  const { api, needs } = run
  for (const { name, isThere } of standing.records)
    await ensure(run, `record ${name}`, isThere, () => api.post(recordsAt(zone), { ...NOWHERE, name }, { doing: `make the record ${name}`, scope: DNS }))
  const origin = fallbackName(run.settings.baseDomain)
  const setting = { doing: 'set the fallback origin (is Cloudflare for SaaS switched on for the zone?)', scope: HOSTNAMES }
  await ensure(run, `fallback origin ${origin}`, standing.hasFallback, () => api.put(fallbackAt(zone), { origin }, setting))
  const route = { pattern: EVERYTHING, script: needs.worker }
  await ensure(run, `route ${EVERYTHING}`, standing.hasRoute, () => api.post(routesAt(zone), route, { doing: `make the route ${EVERYTHING}`, scope: ROUTES }))
}
