import { asc, eq } from 'drizzle-orm'
import { type Context, Hono } from 'hono'
import { importSources } from '#src/db/schema/imports.ts'
import type { StaffShell } from '#src/db/staff-door.ts'
import { NoForm, NotFound } from '#src/errors.ts'
import { readAnyForm } from '#src/guards.ts'
import { type ColumnProblems, openQuestions, sampleOf, sourceChoice, togetherProblems, typedSource } from '#src/imports/columns.ts'
import { importReads, importsOf } from '#src/imports/import.ts'
import { columnsOf, type Mapping, mappingsOf } from '#src/imports/mapping.ts'
import { importMapped, type StoredSource } from '#src/imports/plan.ts'
import type { Sample } from '#src/imports/suggest.ts'
import { headingsKey } from '#src/imports/upload.ts'
import { ImportColumnsPage } from '#views/admin/import-columns.tsx'
import type { StaffEnv } from './app-env.ts'
import { announce } from './imports.tsx'

/** What the columns of an import's files mean, before anything of them is taken. */

const reads = (c: Context<StaffEnv>) => {
  const { door } = c.var
  const id = c.req.param('id') ?? ''
  const { jobs, files, sources } = importReads(door, id)
  return { jobs, files, sources, stored: door.read(importSources, { where: eq(importSources.importId, id), order: [asc(importSources.number)] }) }
}

const load = async (c: Context<StaffEnv>) => {
  const { shell, stored, ...rows } = await c.var.door.page(() => reads(c))
  const [job] = importsOf(rows)
  // What is written, or given up, is read as it was.
  if (!job || job.finishedAt !== null || job.phase === 'running' || stored.length === 0) throw new NotFound()
  return { shell, job, stored }
}

type Shown = { stored: StoredSource; sample: Sample; mappings: Mapping[] }[]
const page = (c: Context<StaffEnv>, shell: StaffShell, id: string, shown: Shown, problems: ColumnProblems, status: 200 | 422 = 200) =>
  c.html(
    <ImportColumnsPage
      shell={shell}
      link={c.var.link}
      id={id}
      sources={shown.map(({ stored, sample, mappings }) => sourceChoice(stored, sample, mappings))}
      problems={problems}
    />,
    status,
  )

const withSamples = (c: Context<StaffEnv>, stored: StoredSource[]) =>
  Promise.all(stored.map(async (source) => ({ stored: source, sample: await sampleOf(c.env, source) })))

export const importColumnsPages = new Hono<StaffEnv>()
  .get('/:id/columns', async (c) => {
    const { shell, job, stored } = await load(c)
    const shown = (await withSamples(c, stored)).map((each) => ({ ...each, mappings: mappingsOf(each.stored.mappings) }))
    return page(c, shell, job.id, shown, Object.assign({}, ...shown.map(({ stored: source, mappings }) => openQuestions(source, mappings))))
  })
  .post('/:id/columns', async (c) => {
    const { door, link, now } = c.var
    const { shell, job, stored } = await load(c)
    const form = await readAnyForm(c)
    // Only the page's own form may leave a column out by not naming it.
    if (form.get('form') !== 'columns') throw new NoForm()
    const typed = (await withSamples(c, stored)).map(({ stored, sample }) => ({
      ...{ stored, sample },
      ...typedSource(form, stored, sample, mappingsOf(stored.mappings), shell.company.currency),
    }))
    // A kind was chosen, or the examples are to be looked at again: nothing is taken yet.
    if (form.get('do') !== 'look' || typed.some(({ isChanged }) => isChanged)) return page(c, shell, job.id, typed, {})
    const problems = { ...Object.assign({}, ...typed.map((each) => each.problems)), ...togetherProblems(typed) }
    if (Object.keys(problems).length > 0) return page(c, shell, job.id, typed, problems, 422)
    const mapped = await Promise.all(typed.map(async (each) => ({ ...each, headings: await headingsKey(columnsOf(each.stored.columns)) })))
    const { planned } = await door.run(importMapped(door, job.id, mapped, now))
    if (planned > 0) await announce(c, job.id)
    return c.redirect(link(`/imports/${job.id}`), 303)
  })
