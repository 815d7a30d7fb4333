import { sql } from 'drizzle-orm'
import { check, foreignKey, index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { instant, searchText } from './columns.ts'
import { memberships } from './staff.ts'

/** In the order in which files are worked through: nobody is referred to before they are there. */
export const IMPORT_KINDS = [
  'clients',
  'orders',
  'order_lines',
  'shipments',
  'invoices',
  'invoice_lines',
  'credit_notes',
  'credit_note_lines',
  'payments',
] as const
export type ImportKind = (typeof IMPORT_KINDS)[number]
/**
 * `checking`: all rows read, lines held back until the sum of each document was checked. `stopped`: by a person, before
 * its end; what was taken stands.
 */
export const IMPORT_FILE_STATES = ['waiting', 'reading', 'checking', 'done', 'refused', 'stopped'] as const

/** One upload: one or more files, taken together. */
export const imports = sqliteTable(
  'imports',
  {
    tenantId: text('tenant_id').notNull(),
    id: text('id').notNull(),
    staffId: text('staff_id').notNull(),
    createdAt: instant('created_at').notNull(),
    /** When work last moved on; a standstill is taken up again by the sweep. */
    movedAt: instant('moved_at').notNull(),
    finishedAt: instant('finished_at'),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    foreignKey({ columns: [t.tenantId, t.staffId], foreignColumns: [memberships.tenantId, memberships.staffId] })
      .onDelete('restrict')
      .onUpdate('restrict'),
    index('imports_created').on(t.tenantId, t.createdAt),
    index('imports_unfinished').on(t.movedAt).where(sql`finished_at IS NULL`),
  ],
)

export const importFiles = sqliteTable(
  'import_files',
  {
    tenantId: text('tenant_id').notNull(),
    importId: text('import_id').notNull(),
    kind: text('kind', { enum: IMPORT_KINDS }).notNull(),
    name: text('name').notNull(),
    /** In bytes, as it is kept: in UTF-8. */
    size: integer('size').notNull(),
    /** What separates its cells: a comma, a semicolon, a tab or a bar. */
    delimiter: text('delimiter').$type<',' | ';' | '\t' | '|'>().notNull().default(','),
    /** JSON array of its headings, in the file's order. */
    columns: text('columns').notNull(),
    state: text('state', { enum: IMPORT_FILE_STATES }).notNull().default('waiting'),
    /** How far it is read: bytes, and the lines before them. */
    bytesRead: integer('bytes_read').notNull().default(0),
    linesRead: integer('lines_read').notNull().default(0),
    /** How many steps were taken. A trigger lets it go up by one alone: of two who take the same step, one writes nothing. */
    steps: integer('steps').notNull().default(0),
    created: integer('created').notNull().default(0),
    changed: integer('changed').notNull().default(0),
    unchanged: integer('unchanged').notNull().default(0),
    refused: integer('refused').notNull().default(0),
    /** Why the file as a whole was refused. */
    problem: text('problem'),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.importId, t.kind] }),
    foreignKey({ columns: [t.tenantId, t.importId], foreignColumns: [imports.tenantId, imports.id] })
      .onDelete('restrict')
      .onUpdate('restrict'),
    check('import_files_columns', sql`json_valid(${t.columns})`),
  ],
)

/**
 * While a file is worked through: in a file of documents the keys met so far, to notice one that comes twice;
 * in a file of lines the documents of which a line was refused, so that the others aren't taken without it.
 */
export const importKeys = sqliteTable(
  'import_keys',
  {
    tenantId: text('tenant_id').notNull(),
    importId: text('import_id').notNull(),
    kind: text('kind', { enum: IMPORT_KINDS }).notNull(),
    /** The external id. */
    key: text('key').notNull(),
    line: integer('line').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.importId, t.kind, t.key] }),
    foreignKey({ columns: [t.tenantId, t.importId, t.kind], foreignColumns: [importFiles.tenantId, importFiles.importId, importFiles.kind] })
      .onDelete('restrict')
      .onUpdate('restrict'),
  ],
)

/** Rows that were not taken, with the reason. */
export const importRefusals = sqliteTable(
  'import_refusals',
  {
    tenantId: text('tenant_id').notNull(),
    importId: text('import_id').notNull(),
    kind: text('kind', { enum: IMPORT_KINDS }).notNull(),
    line: integer('line').notNull(),
    column: text('column').notNull(),
    reason: text('reason').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.importId, t.kind, t.line] }),
    foreignKey({ columns: [t.tenantId, t.importId, t.kind], foreignColumns: [importFiles.tenantId, importFiles.importId, importFiles.kind] })
      .onDelete('restrict')
      .onUpdate('restrict'),
  ],
)

/** Lines that wait until their file is read to the end: a document's lines are replaced together, or not at all. */
export const importLines = sqliteTable(
  'import_lines',
  {
    tenantId: text('tenant_id').notNull(),
    importId: text('import_id').notNull(),
    kind: text('kind', { enum: IMPORT_KINDS }).notNull(),
    /** The order, invoice or credit note they belong to. */
    documentId: text('document_id').notNull(),
    position: integer('position').notNull(),
    line: integer('line').notNull(),
    sku: text('sku').notNull(),
    description: text('description').notNull(),
    quantity: integer('quantity').notNull(),
    unitPrice: integer('unit_price').notNull(),
    /** An order line's discount, any other line's tax rate, in 1/1,000 %. */
    rate: integer('rate').notNull(),
    lineTotal: integer('line_total').notNull(),
    searchText: searchText(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.importId, t.kind, t.documentId, t.position] }),
    foreignKey({ columns: [t.tenantId, t.importId, t.kind], foreignColumns: [importFiles.tenantId, importFiles.importId, importFiles.kind] })
      .onDelete('restrict')
      .onUpdate('restrict'),
  ],
)
