import { type Context, Hono } from 'hono'
import * as z from 'zod/mini'
import { IMPORT_KINDS } from '#src/db/schema/imports.ts'
import type { StaffShell } from '#src/db/staff-door.ts'
import { csvResponse } from '#src/documents/response.ts'
import { NotFound, SignedOut } from '#src/errors.ts'
import { bytesUpTo, multipartOf, readForm, wantsFragment } from '#src/guards.ts'
import { newId } from '#src/ids.ts'
import { headingsOf } from '#src/imports/format.ts'
import { changesOf, changesOfKindRead, changesRead, type Import, importListReads, importOf, importReads, importsOf } from '#src/imports/import.ts'
import { importConfirmed, importStarted } from '#src/imports/plan.ts'
import { importedFilesRead, refusedRows } from '#src/imports/refused-rows.ts'
import { importStopped } from '#src/imports/stop.ts'
import {
  FILE_LIMIT,
  habitsRead,
  keepFiles,
  keepPart,
  MOST_FILES,
  PART_BYTES,
  sourcesOf,
  UPLOAD_LIMIT,
  type Upload,
  uploadedParts,
  uploadsOf,
} from '#src/imports/upload.ts'
import { logError } from '#src/log.ts'
import { ImportPage, ImportProgress } from '#views/admin/import.tsx'
import { ImportChangesPage } from '#views/admin/import-changes.tsx'
import { ImportsPage } from '#views/admin/imports.tsx'
import type { StaffEnv } from './app-env.ts'

const LISTED = 20

const HEADINGS = IMPORT_KINDS.map((kind) => ({ kind, headings: headingsOf(kind) }))

/** A message that is lost costs a minute: the sweep finds imports that nobody works on. */
export const announce = (c: Context<StaffEnv>, importId: string) =>
  c.env.IMPORT_QUEUE.send({ tenantId: c.var.door.tenantId, importId }).catch((error: unknown) =>
    logError('import not announced', error, { tenant: c.var.door.tenantId, importId }),
  )

const IMPORT_ID = /^\w{16}$/
const PARTS = z
  .array(z.object({ name: z.string().check(z.minLength(1), z.maxLength(1000)), size: z.int().check(z.minimum(0)) }))
  .check(z.minLength(1), z.maxLength(MOST_FILES))

type Came = { importId: string; isThere?: false; uploads: Upload[]; keep: () => Promise<void> } | { importId: string; isThere: true } | { problem: string }

/** The files of a form, or those whose pieces were sent before it. */
const cameIn = async (c: Context<StaffEnv>, form: FormData): Promise<Came> => {
  const { tenantId } = c.var.door
  const importId = String(form.get('import') ?? '')
  if (!IMPORT_ID.test(importId)) {
    const files = await uploadsOf(form)
    if ('problem' in files) return files
    const id = newId()
    return { importId: id, uploads: files.map(({ upload }) => upload), keep: () => keepFiles(c.env, tenantId, id, files) }
  }
  // Sent again, by a reload or because the answer got lost.
  const { jobs } = await c.var.door.run({ jobs: importReads(c.var.door, importId).jobs })
  if (jobs.length > 0) return { importId, isThere: true }
  const listed = PARTS.safeParse(jsonOf(String(form.get('parts') ?? '')))
  const uploads = listed.data ? await uploadedParts(c.env, tenantId, importId, listed.data) : { problem: 'Choose at least one CSV file.' }
  return 'problem' in uploads ? uploads : { importId, uploads, keep: () => Promise.resolve() }
}

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const isThere = ({ jobs }: { jobs: unknown[] }) => {
  if (jobs.length === 0) throw new NotFound()
}

type Listed = Omit<Parameters<typeof importsOf>[0], never>
const listPage = (c: Context<StaffEnv>, shell: StaffShell, rows: Listed, problem?: string) =>
  c.html(<ImportsPage shell={shell} link={c.var.link} imports={importsOf(rows)} headings={HEADINGS} problem={problem} />, problem === undefined ? 200 : 422)

export const importPages = new Hono<StaffEnv>()
  .get('/', async (c) => {
    const { door } = c.var
    const { shell, ...rows } = await door.page(() => importListReads(door, LISTED))
    return listPage(c, shell, rows)
  })
  .post('/', async (c) => {
    const { door, link, now } = c.var
    // Before anything is taken in: whether this session still holds, and what the page shows if the files are no good.
    const { shell, ...rows } = await door.page(() => importListReads(door, LISTED))
    const came = await cameIn(c, await multipartOf(c, UPLOAD_LIMIT))
    if ('problem' in came) return listPage(c, shell, rows, came.problem)
    if (came.isThere) return c.redirect(link(`/imports/${came.importId}`), 303)
    const { importId, uploads, keep } = came
    const sources = await sourcesOf(uploads, async (keys) => (await door.run({ habits: habitsRead(door, keys) })).habits, shell.company.currency)
    if ('problem' in sources) return listPage(c, shell, rows, sources.problem)
    await keep()
    const { started } = await door.run(importStarted(door, importId, door.who.staffId, sources, now))
    // The session ended while the files came in.
    if (started === 0) throw new SignedOut()
    if (!sources.every(({ isSure }) => isSure)) return c.redirect(link(`/imports/${importId}/columns`), 303)
    await announce(c, importId)
    return c.redirect(link(`/imports/${importId}`), 303)
  })
  // A piece of a file that is too large for one request. Sending it again changes nothing.
  .put('/uploads/:id/:number/:part', async (c) => {
    const { door } = c.var
    const id = c.req.param('id')
    const [number, part] = [Number(c.req.param('number')), Number(c.req.param('part'))]
    const { jobs } = await door.page(() => ({ jobs: importReads(door, id).jobs }))
    // What an import has been made of stays as it is.
    const isPlace =
      IMPORT_ID.test(id) &&
      Number.isInteger(number) &&
      number >= 1 &&
      number <= MOST_FILES &&
      Number.isInteger(part) &&
      part >= 0 &&
      part < FILE_LIMIT / PART_BYTES
    if (!isPlace || jobs.length > 0) throw new NotFound()
    await keepPart(c.env, door.tenantId, id, number, part, await bytesUpTo(c.req.raw, PART_BYTES))
    return c.body(null, 204)
  })
  .post('/:id/start', async (c) => {
    const { door, link, now } = c.var
    const id = c.req.param('id')
    const { plan } = await readForm(c, 'plan')
    isThere(await door.page(() => ({ jobs: importReads(door, id).jobs })))
    const { started } = await door.run(importConfirmed(door, id, Number(plan), now))
    if (started > 0) await announce(c, id)
    return c.redirect(link(`/imports/${id}`), 303)
  })
  .post('/:id/stop', async (c) => {
    const { door, link, now } = c.var
    const id = c.req.param('id')
    isThere(await door.page(() => ({ jobs: importReads(door, id).jobs })))
    await door.run(importStopped(door, id, now))
    return c.redirect(link(`/imports/${id}`), 303)
  })
  .get('/:id/refused.csv', async (c) => {
    const { door } = c.var
    const kind = IMPORT_KINDS.find((each) => each === c.req.query('kind'))
    const { files } = await door.page(() => ({ files: importedFilesRead(door, c.req.param('id')) }))
    const file = files.find((each) => each.kind === kind)
    if (!file) throw new NotFound()
    const others = files.filter((each) => each !== file && each.source === file.source && file.source > 0)
    return csvResponse(`refused ${file.name.replace(/\.\w+$/, '')}.csv`, refusedRows(c.env.FILES, door, [file, ...others]))
  })
  .get('/:id/changes', async (c) => {
    const { door, link } = c.var
    const id = c.req.param('id')
    const kind = IMPORT_KINDS.find((each) => each === c.req.query('kind'))
    const { shell, changes, ...rows } = await door.page(() => ({ ...importReads(door, id), changes: changesOfKindRead(door, id, kind ?? 'clients') }))
    const { job } = importOf(rows)
    const file = job.files.find((each) => each.kind === kind)
    if (!file) throw new NotFound()
    return c.html(<ImportChangesPage shell={shell} link={link} job={job} file={file} changes={changesOf(changes)} />)
  })
  .get('/:id', async (c) => {
    const { door, link } = c.var
    const id = c.req.param('id')
    const { shell, changes, ...rows } = await door.page(() => ({ ...importReads(door, id), changes: changesRead(door, id) }))
    const shown = importOf(rows)
    // A person is to say first what the columns mean.
    if (isAsking(shown.job)) return c.redirect(link(`/imports/${id}/columns`), 303)
    const View = wantsFragment(c) ? ImportProgress : ImportPage
    return c.html(<View shell={shell} link={link} changes={changesOf(changes)} {...shown} />)
  })

const isAsking = ({ phase, finishedAt }: Import) => phase === 'asking' && finishedAt === null
