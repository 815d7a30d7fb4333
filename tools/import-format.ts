/**
 * `npm run import-format`: writes docs/import-format.md. The tables of headings, the words and the names of other programs'
 * columns come from what reads the files; what is said around them stands here.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { IMPORT_KINDS, type ImportKind } from '#src/db/schema/imports.ts'
import { KEY_LENGTH } from '#src/imports/cells.ts'
import { fieldsOf } from '#src/imports/schema.ts'
import { SYNONYMS, WORDS } from '#src/imports/synonyms.ts'
import { FILE_LIMIT, MOST_FILES } from '#src/imports/upload.ts'
import { IMPORT_KIND_WORDS } from '#views/admin/import-kinds.ts'
import { ROOT } from './local-state.ts'

export const IMPORT_FORMAT = join(ROOT, 'docs/import-format.md')

const MB = 1024 * 1024

const HEAD = `# The format of imports

Made by \`npm run import-format\` from what reads the files.

The Imports page takes CSV files, one of each kind, together or one by one. A file whose headings are those of this page is known by them, whatever it is called. Others, such as the exports of Xero, QuickBooks and Zoho, are understood as far as they can be, and shown on the Columns page, where it can be said what each column means. Files that are uploaded together are worked through in the order of this page, so that nobody is referred to before they are there.

## A file

- UTF-8 or UTF-16, with or without a byte order mark. Columns are separated by commas, semicolons, tabs or bars, the same throughout a file. Lines end with LF, CRLF or CR.
- A cell that holds what separates columns, or a line end, stands in quotation marks; a quotation mark in it is doubled. A quotation mark within a cell that doesn't stand in them, as in \`5" pipe\`, is a letter like others.
- The first line with more than one heading holds the headings; a report's title above it is passed over. Their order is free, capitals don't matter, other columns are ignored.
- Space around a cell's text doesn't count. Lines without any text are no rows.
- One file holds at most ${FILE_LIMIT / MB} MB, one upload ${MOST_FILES} files; without JavaScript all files of one upload hold at most 32 MB. A row holds at most 512 KB.

| what        | how                                                                             | refused                                     |
| ----------- | ------------------------------------------------------------------------------- | ------------------------------------------- |
| day         | \`2026-03-31\`                                                                    | days that don't exist, anything before 1900 |
| amount      | \`1234.50\`, \`-5\`: digits and a point, in the currency of its row or its document | more places than that currency has          |
| quantity    | up to four places                                                               | more                                        |
| percent     | \`19\`, \`8.375\`: 0 to 100, up to three places                                     | anything else                               |
| currency    | an ISO 4217 code, \`EUR\`                                                         | codes that don't exist                      |
| key, number | up to ${KEY_LENGTH} characters                                                             | empty                                       |

Numbers may also be written with a comma, as \`1.234,50\`, or in groups, as \`1,234.50\`, with a currency's sign or code, and below zero in brackets; days as \`31/03/2026\`, \`03/31/2026\`, \`31.03.2026\` or with the month's English name. Which it is, the file shows: \`12,5\` and \`31/03/2026\` mean one thing. Where all that it holds can be read in two ways, as \`1.234\` and \`03/04/2026\`, the Columns page asks; what was answered is remembered for files with the same headings. A row that is written otherwise than the rest of its file is refused.

## What an import does

- First all is looked at and nothing is written: the page then says what would be new, what would change and to what, what stays, and what is refused. **Import** then does it; **Cancel** forgets it.
- A row whose key is new is **created**; one that stands already and differs is **changed**; one that is the same is **left as it is**, and nothing is written. So the same files can be imported again and again.
- A row that can't be taken is **refused**, with its line in the file, the column and the reason, and never stops the others. Correct it and import the file again; or download the refused rows alone, each with its reason beside it, mend them there and import that file.
- **Stop** ends an import between two steps: what was taken stays, lines whose documents were not checked yet are dropped.
- What a file has no column for stays as it is.
- A row whose \`updated_at\` is older than that of what stands is left alone, and counts as left as it is. It is a day, or an instant with its time zone, such as \`2026-03-31T14:05:00Z\`.
- Nothing is ever deleted for not being in a file, but for an order's, an invoice's or a credit note's lines: see there.
- The same key twice in one file: the first good row counts, later ones are refused.
- An amount with the sign or the code of another currency than its row's is refused.`

const LINES = `## How lines are taken

A document's lines in a file **replace** those it has, all together or not at all; documents that are not in the file keep theirs. That happens when the file is read to its end and only if they explain the document's total:

- an order's total is the sum of its \`line_total\`s;
- the total of an invoice or a credit note is the sum of its \`line_total\`s and of their taxes, each rounded to the minor unit, half away from zero;
- up to one minor unit a line may be missing or too much.

Otherwise all its new lines are refused, with both figures, and the old ones stay. The same happens when one line of a document is refused for a reason of its own.`

const MORE: Partial<Record<ImportKind, string>> = {
  clients: 'The others name clients by `external_id`, which is the client’s code.',
  invoices: 'An invoice that has payments or credit notes can’t move to another client or currency.',
}

const OTHERS = `## Files of other programs

A column under another name is found by it; the Columns page shows what was found, and any column can be chosen instead. Where a file has no column for a status or a currency, one text stands for all its new rows; those that are there keep theirs. One file may hold several kinds: a row for each line of an invoice is read as invoices and as invoice lines. A document may then come again with each of its lines, as long as it says the same; what is left blank there is no fault.

What such a file says to be paid, or still open, is read as one payment for each open invoice, known as \`paid \` and the invoice's number, on the invoice's own day where the file doesn't say when. It stands in for the invoice's payments: it follows the file, goes when nothing is paid any more, and gives way to payments of a file of their own as soon as they come.

Invoices of other programs are known by their number, their clients by their code, or by their name where there is none.`

const PDFS = `## PDFs of invoices

Imports → PDFs of invoices takes a company's own PDFs: each file is named by its invoice's number, or by its \`external_id\` where two invoices have one number, such as \`INV-20418.pdf\`, several files or a ZIP of them; up to 100 of 10 MB each, 32 MB together. From then on clients get that file instead of the one that is drawn here. **Remove PDF** takes it back.`

const table = (heads: string[], rows: string[][]): string[] => {
  const cells = [heads, ...rows].map((row) => row.map((cell) => cell.replaceAll('|', '\\|')))
  const widths = heads.map((_, i) => Math.max(3, ...cells.map((row) => row[i]?.length ?? 0)))
  const line = (row: string[]) => `| ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`
  const [first = [], ...rest] = cells
  return [line(first), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...rest.map(line)]
}

const listed = (words: readonly string[]) => words.map((word) => `\`${word}\``).join(', ')

const sectionOf = (kind: ImportKind): string[] => [
  `## ${IMPORT_KIND_WORDS[kind].title}`,
  '',
  [IMPORT_KIND_WORDS[kind].row, MORE[kind]].filter(Boolean).join(' '),
  '',
  ...table(
    ['heading', '', ''],
    [...fieldsOf(kind)].map(([heading, { about, words, isNeeded, isMore }]) => [
      `\`${heading}\``,
      isNeeded ? 'needed' : isMore ? 'may be left out' : '',
      [words ? listed(words) : '', about].filter(Boolean).join('. '),
    ]),
  ),
  '',
]

const namesOf = (kind: ImportKind): string[][] =>
  Object.entries(SYNONYMS[kind]).flatMap(([heading, names]) => {
    const others = names.filter((name) => name !== heading.replaceAll('_', ''))
    return others.length > 0 ? [[`\`${heading}\``, others.join(', ')]] : []
  })

const wordsOf = (kind: ImportKind): string[][] =>
  Object.values(WORDS[kind] ?? {}).flatMap((meanings) =>
    Object.entries(meanings).flatMap(([ours, theirs]) => {
      const others = theirs.filter((word) => word !== ours)
      return others.length > 0 ? [[`\`${ours}\``, others.join(', ')]] : []
    }),
  )

/** The document as the code has it now. */
export const importFormat = (): string =>
  `${[
    HEAD,
    '',
    ...IMPORT_KINDS.flatMap(sectionOf),
    LINES,
    '',
    OTHERS,
    '',
    'Names are compared by their letters and digits alone, the first of a list that is there counts:',
    '',
    ...IMPORT_KINDS.flatMap((kind) => {
      const words = wordsOf(kind)
      return [
        `### ${IMPORT_KIND_WORDS[kind].title} elsewhere`,
        '',
        ...table(['heading', 'found as'], namesOf(kind)),
        '',
        ...(words.length > 0 ? [...table(['status', 'also written'], words), ''] : []),
      ]
    }),
    PDFS,
  ].join('\n')}\n`

if (process.argv[1] === import.meta.filename) writeFileSync(IMPORT_FORMAT, importFormat())
