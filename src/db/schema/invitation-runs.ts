import { sql } from 'drizzle-orm'
import { check, foreignKey, index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { clients } from './clients.ts'
import { flag, instant, isFlag, isOneOf } from './columns.ts'
import { memberships } from './staff.ts'

/** Many clients invited at once, and how far their mail has come. */
export const invitationRuns = sqliteTable(
  'invitation_runs',
  {
    tenantId: text('tenant_id').notNull(),
    /** Made by the page that asks for confirmation, so that confirming twice is one run. */
    id: text('id').notNull(),
    staffId: text('staff_id').notNull(),
    createdAt: instant('created_at').notNull(),
    /** When the last statement of the batch that began it ran; null only within that batch. */
    begunAt: instant('begun_at'),
    cancelledAt: instant('cancelled_at'),
    /** JSON: what was selected, as the confirmation said it. */
    selection: text('selection').notNull(),
    /** JSON: how many of the selected were left out, by reason. */
    skipped: text('skipped').notNull().default('{}'),
    /** How many clients were invited, and how many got access because their person has a password already. */
    invited: integer('invited').notNull().default(0),
    given: integer('given').notNull().default(0),
    /** How many mails it has, in which state, how many of its links were used, and how many came back or were marked as spam; kept by triggers on outbox. */
    mails: integer('mails').notNull().default(0),
    waiting: integer('waiting').notNull().default(0),
    sent: integer('sent').notNull().default(0),
    failed: integer('failed').notNull().default(0),
    unsent: integer('unsent').notNull().default(0),
    opened: integer('opened').notNull().default(0),
    bounced: integer('bounced').notNull().default(0),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    foreignKey({ columns: [t.tenantId, t.staffId], foreignColumns: [memberships.tenantId, memberships.staffId] })
      .onDelete('restrict')
      .onUpdate('restrict'),
    index('invitation_runs_created').on(t.tenantId, t.createdAt, t.id),
    check('invitation_runs_selection', sql`json_valid(${t.selection})`),
    check('invitation_runs_skipped', sql`json_valid(${t.skipped})`),
  ],
)

export const RUN_OUTCOMES = ['invited', 'access-given'] as const

/** The clients of a run: what it did with each, and how that client was before, for a cancelled run to put back. */
export const invitationRunClients = sqliteTable(
  'invitation_run_clients',
  {
    tenantId: text('tenant_id').notNull(),
    runId: text('run_id').notNull(),
    /** Of its primary address, at that time. Clients that share one share a mail. */
    emailKey: text('email_key').notNull(),
    clientId: text('client_id').notNull(),
    email: text('email').notNull(),
    outcome: text('outcome', { enum: RUN_OUTCOMES }).notNull(),
    /** When it had been invited before; null: it had not. */
    previousInvitedAt: instant('previous_invited_at'),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.runId, t.emailKey, t.clientId] }),
    foreignKey({ columns: [t.tenantId, t.runId], foreignColumns: [invitationRuns.tenantId, invitationRuns.id] })
      .onDelete('restrict')
      .onUpdate('restrict'),
    foreignKey({ columns: [t.tenantId, t.clientId], foreignColumns: [clients.tenantId, clients.id] })
      .onDelete('restrict')
      .onUpdate('restrict'),
    check('invitation_run_clients_outcome', isOneOf(t.outcome, RUN_OUTCOMES)),
  ],
)

export const BATCH_STATES = ['queued', 'sending', 'done'] as const

/** Mails of a run that go to the provider in one call, under one key: what they are made of must not change between two tries. */
export const mailBatches = sqliteTable(
  'mail_batches',
  {
    tenantId: text('tenant_id').notNull(),
    id: text('id').notNull(),
    runId: text('run_id').notNull(),
    state: text('state', { enum: BATCH_STATES }).notNull().default('queued'),
    /** Not to be tried before this instant; while `sending`, when the claim on it lapses. */
    dueAt: instant('due_at').notNull(),
    attempts: integer('attempts').notNull().default(0),
    /** Part of the provider's key. A new one begins when it is certain that nothing left under the last: only then may the make-up change. */
    generation: integer('generation').notNull().default(0),
    /** A try ended without an answer: its mails may have left. */
    uncertain: flag('uncertain').notNull().default(false),
    /** Who is at work on it. */
    claim: text('claim'),
    /** Why the last try did not succeed. */
    error: text('error'),
    createdAt: instant('created_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    foreignKey({ columns: [t.tenantId, t.runId], foreignColumns: [invitationRuns.tenantId, invitationRuns.id] })
      .onDelete('restrict')
      .onUpdate('restrict'),
    index('mail_batches_due').on(t.dueAt).where(sql`state <> 'done'`),
    index('mail_batches_run').on(t.tenantId, t.runId, t.dueAt).where(sql`state <> 'done'`),
    check('mail_batches_state', isOneOf(t.state, BATCH_STATES)),
    check('mail_batches_uncertain', isFlag(t.uncertain)),
  ],
)
