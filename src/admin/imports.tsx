import { Hono } from 'hono'
import { IMPORT_KINDS } from '#src/db/schema/imports.ts'
import { csvResponse } from '#src/documents/response.ts'
import { NotFound, SignedOut } from '#src/errors.ts'
import { multipartOf, wantsFragment } from '#src/guards.ts'
import { newId } from '#src/ids.ts'
import { HEADINGS } from '#src/imports/format.ts'
import { importListReads, importOf, importReads, importsOf } from '#src/imports/import.ts'
import { importedFileRead, refusedRows } from '#src/imports/refused-rows.ts'
import { importStopped } from '#src/imports/stop.ts'
import { importStarted, keepFiles, UPLOAD_LIMIT, uploadsOf } from '#src/imports/upload.ts'
import { logError } from '#src/log.ts'
import { ImportPage, ImportProgress } from '#views/admin/import.tsx'
import { ImportsPage } from '#views/admin/imports.tsx'
import type { StaffEnv } from './app-env.ts'

const LISTED = 20

export const importPages = new Hono<StaffEnv>()
  .get('/', async (c) => {
    const { door, link } = c.var
    const { shell, ...rows } = await door.page(() => importListReads(door, LISTED))
    return c.html(<ImportsPage shell={shell} link={link} imports={importsOf(rows)} headings={HEADINGS} />)
  })
  .post('/', async (c) => {
    const { door, link, now } = c.var
    // Before anything is taken in: whether this session still holds, and what the page shows if the files are no good.
    const { shell, ...rows } = await door.page(() => importListReads(door, LISTED))
    const uploads = await uploadsOf(await multipartOf(c, UPLOAD_LIMIT))
    if ('problem' in uploads)
      return c.html(<ImportsPage shell={shell} link={link} imports={importsOf(rows)} headings={HEADINGS} problem={uploads.problem} />, 422)
    const importId = newId()
    const kept = await keepFiles(c.env, door.tenantId, importId, uploads)
    const { started } = await door.run(importStarted(door, importId, door.who.staffId, kept, now))
    // The session ended while the files came in.
    if (started === 0) throw new SignedOut()
    // A message that is lost costs a minute: the sweep finds imports that nobody works on.
    await c.env.IMPORT_QUEUE.send({ tenantId: door.tenantId, importId }).catch((error: unknown) =>
      logError('import not announced', error, { tenant: door.tenantId, importId }),
    )
    return c.redirect(link(`/imports/${importId}`), 303)
  })
  .post('/:id/stop', async (c) => {
    const { door, link, now } = c.var
    const id = c.req.param('id')
    const { jobs } = await door.page(() => ({ jobs: importReads(door, id).jobs }))
    if (!jobs[0]) throw new NotFound()
    await door.run(importStopped(door, id, now))
    return c.redirect(link(`/imports/${id}`), 303)
  })
  .get('/:id/refused.csv', async (c) => {
    const { door } = c.var
    const kind = IMPORT_KINDS.find((each) => each === c.req.query('kind'))
    const { file } = await door.page(() => ({ file: importedFileRead(door, c.req.param('id'), kind ?? 'clients') }))
    if (!kind || !file[0]) throw new NotFound()
    return csvResponse(`refused ${file[0].name.replace(/\.\w+$/, '')}.csv`, refusedRows(c.env.FILES, door, file[0]))
  })
  .get('/:id', async (c) => {
    const { door, link } = c.var
    const id = c.req.param('id')
    const { shell, ...rows } = await door.page(() => importReads(door, id))
    const { job, refusals, moreRefusals } = importOf(rows)
    const View = wantsFragment(c) ? ImportProgress : ImportPage
    return c.html(<View shell={shell} link={link} job={job} refusals={refusals} moreRefusals={moreRefusals} />)
  })
