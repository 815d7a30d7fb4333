import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { instant } from './columns.ts'

/** What belongs to no tenant, because all of them share it. */

/** One row: when mail may leave again. Every mail that leaves moves it on; bulk mail waits for it. */
export const mailPace = sqliteTable('mail_pace', {
  id: integer('id').primaryKey(),
  freeAt: instant('free_at').notNull(),
})

/** How often something was tried, in a window of time that begins with the first try. */
export const limits = sqliteTable(
  'limits',
  {
    /** What is limited, and for whom: no address is readable in it. */
    key: text('key').primaryKey(),
    count: integer('count').notNull(),
    endsAt: instant('ends_at').notNull(),
  },
  (t) => [index('limits_ended').on(t.endsAt)],
)

/** Which events of the mail provider were taken in: the same one again changes nothing. */
export const webhookEvents = sqliteTable('webhook_events', { id: text('id').primaryKey(), at: instant('at').notNull() }, (t) => [
  index('webhook_events_at').on(t.at),
])
