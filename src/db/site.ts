import { type SQL, sql } from 'drizzle-orm'
import type { Site } from '#src/hosts.ts'
import { customHostnames } from './schema/hostnames.ts'
import { tenants } from './schema/tenants.ts'

/** Which tenant a host belongs to, and which host a tenant's portal has, as parts of the statements that ask for a company. */

/** A condition on tenants: it is this site's. A name of its own counts once it serves. */
export const isAt = (site: Site): SQL =>
  'slug' in site
    ? sql`${tenants.slug} = ${site.slug}`
    : sql`${tenants.id} = (SELECT ${customHostnames.tenantId} FROM ${customHostnames} WHERE ${customHostnames.hostname} = ${site.hostname} AND ${customHostnames.state} = 'active')`

/** The name of its own that a tenant's portal is served under. */
export const servedUnder = sql<
  string | null
>`(SELECT ${customHostnames.hostname} FROM ${customHostnames} WHERE ${customHostnames.tenantId} = ${tenants.id} AND ${customHostnames.state} = 'active')`
