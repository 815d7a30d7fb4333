import { sql } from 'drizzle-orm'
import { check, foreignKey, index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { instant, money, searchText } from './columns.ts'
import { memberships } from './staff.ts'
import { tenants } from './tenants.ts'

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
/**
 * `asking`: a person has to say what the columns mean. `planning`: all is read and judged, nothing written. `planned`:
 * what would happen is known, and waits for a yes. `running`: the same is done again, and written.
 */
export const IMPORT_PHASES = ['asking', 'planning', 'planned', 'running'] as const
export type ImportPhase = (typeof IMPORT_PHASES)[number]
/** How the letters of a file are written. */
export const ENCODINGS = ['utf-8', 'utf-16le', 'utf-16be'] as const
/** What became of a row, as far as it is worth telling. `removed`: a line that its document no longer has. */
export const IMPORT_OUTCOMES = ['created', 'changed', 'removed'] as const

/** One upload: one or more files, looked at and taken together. */
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
    phase: text('phase', { enum: IMPORT_PHASES }).notNull().default('running'),
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

/** A file as it was uploaded, and as what it is to be read: as one kind or as several, such as invoices and their lines. */
export const importSources = sqliteTable(
  'import_sources',
  {
    tenantId: text('tenant_id').notNull(),
    importId: text('import_id').notNull(),
    /** 1, 2, 3 and so on, as they were chosen. */
    number: integer('number').notNull(),
    name: text('name').notNull(),
    /** In bytes. */
    size: integer('size').notNull(),
    /** It is kept in pieces of so many bytes, the last one shorter; 0: in one. */
    partBytes: integer('part_bytes').notNull().default(0),
    encoding: text('encoding', { enum: ENCODINGS }).notNull(),
    delimiter: text('delimiter').$type<',' | ';' | '\t' | '|'>().notNull(),
    /** JSON array of its headings, in the file's order. */
    columns: text('columns').notNull(),
    /** Where its rows begin: bytes, and the lines before them. */
    headBytes: integer('head_bytes').notNull(),
    headLines: integer('head_lines').notNull(),
    /** JSON array: as what it is read, a mapping of its columns for each kind (see imports/mapping.ts). */
    mappings: text('mappings').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.importId, t.number] }),
    foreignKey({ columns: [t.tenantId, t.importId], foreignColumns: [imports.tenantId, imports.id] })
      .onDelete('restrict')
      .onUpdate('restrict'),
    check('import_sources_columns', sql`json_valid(${t.columns})`),
    check('import_sources_mappings', sql`json_valid(${t.mappings})`),
  ],
)

/** How files with certain headings were read last time, to be read so again. */
export const importMappings = sqliteTable(
  'import_mappings',
  {
    tenantId: text('tenant_id')
      .notNull()
      .references(() => tenants.id, { onDelete: 'restrict', onUpdate: 'restrict' }),
    /** A hash of the headings, whatever their order. */
    headings: text('headings').notNull(),
    mappings: text('mappings').notNull(),
    savedAt: instant('saved_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.headings] }), check('import_mappings_mappings', sql`json_valid(${t.mappings})`)],
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
    /** Lines that their documents no longer have. */
    removed: integer('removed').notNull().default(0),
    /** Why the file as a whole was refused. */
    problem: text('problem'),
    /** Which of the uploaded files; 0: one of its own, as before files could be read as several kinds. */
    source: integer('source').notNull().default(0),
    partBytes: integer('part_bytes').notNull().default(0),
    encoding: text('encoding', { enum: ENCODINGS }).notNull().default('utf-8'),
    headBytes: integer('head_bytes').notNull().default(0),
    headLines: integer('head_lines').notNull().default(0),
    /** JSON: what its columns mean; null: what their names say. */
    mapping: text('mapping'),
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
    /** Tells what the row said, where the same row may come again. */
    digest: text('digest'),
    /** What the row is, or would be if it were written: while an import is only planned, others find it here. */
    rowId: text('row_id'),
    clientId: text('client_id'),
    currency: text('currency'),
    total: money('total'),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.importId, t.kind, t.key] }),
    index('import_keys_row').on(t.tenantId, t.importId, t.kind, t.rowId).where(sql`row_id IS NOT NULL`),
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

/** Rows that are new, that changed, or that are gone: the first of each file, to be looked at. */
export const importChanges = sqliteTable(
  'import_changes',
  {
    tenantId: text('tenant_id').notNull(),
    importId: text('import_id').notNull(),
    kind: text('kind', { enum: IMPORT_KINDS }).notNull(),
    outcome: text('outcome', { enum: IMPORT_OUTCOMES }).notNull(),
    /** The line of the file; 0 for what is gone. */
    line: integer('line').notNull(),
    /** The external id; of a line its document's, and its position. */
    key: text('key').notNull(),
    /** JSON: `label`, `currency`, and `fields`, each a heading with what stood there and what does. */
    what: text('what').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.importId, t.kind, t.outcome, t.line, t.key] }),
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
