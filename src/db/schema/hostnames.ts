import { sql } from 'drizzle-orm'
import { check, foreignKey, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { instant, isOneOf } from './columns.ts'
import { memberships } from './staff.ts'

/**
 * From the claim to the portal under its own name, and out again.
 * `waiting`: claimed, and its DNS shows nothing of it yet; several companies may claim one name so.
 * `checking`: its DNS showed whose it is; Cloudflare is asked for it, or looks at it. From here on until it is gone from
 * Cloudflare, one company alone has the name.
 * `issuing`: Cloudflare reaches it, its certificate is being made. `active`: it serves.
 * `failed`: given up, until a person tries again. `ending`: no longer wanted, to be deleted at Cloudflare, then here.
 */
export const HOSTNAME_STATES = ['waiting', 'checking', 'issuing', 'active', 'failed', 'ending'] as const
export type HostnameState = (typeof HOSTNAME_STATES)[number]

/** How a company showed that it has the name: by where it points, or by a text record beside it. */
export const HOSTNAME_PROOFS = ['cname', 'txt'] as const

/** Names under which companies want their portals served. One that serves, and one that is to take its place, a company. */
export const customHostnames = sqliteTable(
  'custom_hostnames',
  {
    tenantId: text('tenant_id').notNull(),
    id: text('id').notNull(),
    /** As DNS compares it: lower case, punycode, without a dot at its end. */
    hostname: text('hostname').notNull(),
    state: text('state', { enum: HOSTNAME_STATES }).notNull(),
    proof: text('proof', { enum: HOSTNAME_PROOFS }),
    cloudflareId: text('cloudflare_id'),
    /** What stands in its way, as a word of `src/hostnames/problems.ts`, and in Cloudflare's own words; empty when nothing does. */
    problem: text('problem').notNull().default(''),
    problemDetail: text('problem_detail').notNull().default(''),
    /** JSON: what the last lookup found. */
    found: text('found').notNull().default('{}'),
    /** How often in a row a name that serves was found to point elsewhere. */
    misses: integer('misses').notNull().default(0),
    /** Looks since it came into its state or a person asked for one: the more, the longer the pauses. */
    checks: integer('checks').notNull().default(0),
    /** When Cloudflare was last asked for it without an answer: it may have been made all the same. */
    askedAt: instant('asked_at'),
    /** Who works on it holds it until then. */
    heldUntil: instant('held_until').notNull(),
    /** Not to be looked at before this instant. */
    dueAt: instant('due_at').notNull(),
    checkedAt: instant('checked_at'),
    /** Since when it is in its state. */
    since: instant('since').notNull(),
    createdAt: instant('created_at').notNull(),
    /** Who asked for it. */
    staffId: text('staff_id').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    foreignKey({ columns: [t.tenantId, t.staffId], foreignColumns: [memberships.tenantId, memberships.staffId] })
      .onDelete('restrict')
      .onUpdate('restrict'),
    index('custom_hostnames_name').on(t.hostname, t.state),
    uniqueIndex('custom_hostnames_had').on(t.hostname).where(sql`state IN ('checking', 'issuing', 'active', 'ending')`),
    uniqueIndex('custom_hostnames_wanted').on(t.tenantId).where(sql`state IN ('waiting', 'checking', 'issuing', 'failed')`),
    uniqueIndex('custom_hostnames_serving').on(t.tenantId).where(sql`state = 'active'`),
    index('custom_hostnames_due').on(t.dueAt).where(sql`state <> 'failed'`),
    check('custom_hostnames_state', isOneOf(t.state, HOSTNAME_STATES)),
    check('custom_hostnames_found', sql`json_valid(${t.found})`),
    check('custom_hostnames_hostname', sql`${t.hostname} = lower(${t.hostname}) AND length(${t.hostname}) BETWEEN 4 AND 253`),
  ],
)
