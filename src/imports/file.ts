import { type SQL, sql } from 'drizzle-orm'
import type { ImportKind } from '#src/db/schema/imports.ts'

/** Which file of which import. */
export type OneFile = { tenantId: string; importId: string; kind: ImportKind }

/** That a row of an `import_…` table belongs to this file. */
export const ofFile = ({ tenantId, importId, kind }: OneFile, table?: string): SQL => {
  const at = table === undefined ? sql`` : sql`${sql.identifier(table)}.`
  return sql`${at}tenant_id = ${tenantId} AND ${at}import_id = ${importId} AND ${at}kind = ${kind}`
}

/** `SELECT … FROM json_each(…)`: rows that came as one JSON array, because D1 takes a hundred parameters and no more. */
export const given = (names: string[], rows: string): SQL =>
  sql`SELECT ${sql.join(
    names.map((name) => sql`value ->> ${sql.raw(`'$.${name}'`)} AS ${sql.identifier(name)}`),
    sql`, `,
  )} FROM json_each(${rows})`
