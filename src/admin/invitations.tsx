import { Hono } from 'hono'
import { beginRun } from '#src/access/begin-run.ts'
import { bulkPlanOf, bulkReads, VERDICTS, verdictListRead } from '#src/access/bulk.ts'
import { retryFailed } from '#src/access/retry-run.ts'
import { runFailureOf, runOf, runReads, runsRead, theRun } from '#src/access/run.ts'
import { senderOf, senderReads } from '#src/access/sender.ts'
import { selectedIn } from '#src/clients/client.ts'
import { forTenant } from '#src/db/door.ts'
import { cursorOf, cursorText, pageOf } from '#src/db/paging.ts'
import { NotFound } from '#src/errors.ts'
import { readForm, wantsFragment } from '#src/guards.ts'
import { newId } from '#src/ids.ts'
import { announceRun } from '#src/mail/bulk.ts'
import { cancelRun } from '#src/mail/cancel.ts'
import { paceOf } from '#src/mail/pace.ts'
import { InvitationsPage } from '#views/admin/invitations.tsx'
import { ConfirmRunPage, PortalOffPage } from '#views/admin/invitations-new.tsx'
import { RunPage, RunProgress } from '#views/admin/invitations-run.tsx'
import { StopRunPage } from '#views/admin/invitations-stop.tsx'
import type { StaffEnv } from './app-env.ts'
import { backFrom, hasUnknownFilter, selectionFields, selectionOf } from './client-filter.ts'

const LISTED = 50

const NOTICES = new Map([
  ['retried', 'The mails that failed were made anew, and are on their way.'],
  ['nothing-to-retry', 'Nothing was sent again: none of these clients can be invited now, or it was done already.'],
])

/** Bulk invitations: the page that asks, the run that follows, and the history of all. */
export const invitationPages = new Hono<StaffEnv>()
  .get('/', async (c) => {
    const { door, link } = c.var
    const cursor = cursorOf(c.req.query('after'))
    const { shell, runs } = await door.page(() => ({ runs: runsRead(door, LISTED, cursor) }))
    const { rows, next } = pageOf(runs, LISTED, ({ createdAt, id }) => ({ key: String(createdAt), id }))
    return c.html(<InvitationsPage shell={shell} link={link} runs={rows.map(runOf)} isFirstPage={!cursor} next={next} />)
  })
  .get('/new', async (c) => {
    const { door, link, now } = c.var
    const query = c.req.query()
    const selection = selectionOf(query, c.req.queries('id') ?? [])
    const back = backFrom(link, query, selection)
    const jobs = forTenant(c.env, door.tenantId)
    const judging = { selected: selectedIn(jobs, selection), now }
    const verdict = VERDICTS.find((known) => known === query.show)
    const cursor = cursorOf(query.from)
    const { shell, list, ...rows } = await door.page(() => ({
      ...bulkReads(jobs, judging),
      list: verdictListRead(jobs, judging, verdict, LISTED, cursor),
    }))
    if (!shell.portalEnabled) return c.html(<PortalOffPage shell={shell} link={link} back={back} />)
    const page = pageOf(list, LISTED, ({ nameKey, id }) => ({ key: nameKey, id }))
    return c.html(
      <ConfirmRunPage
        shell={shell}
        link={link}
        plan={bulkPlanOf(rows)}
        pace={paceOf(c.env)}
        fields={[['run', newId()], ...selectionFields(selection, 'joined')]}
        query={selectionFields(selection)}
        back={back}
        list={verdict && { verdict, clients: page.rows, isFirstPage: !cursor, next: page.next }}
      />,
    )
  })
  .post('/', async (c) => {
    const { door, link, now } = c.var
    const { run, ids, ...fields } = await readForm(c, 'run', 'all', 'ids', 'q', 'status', 'email', 'portal')
    const selection = selectionOf(fields, ids.split(','))
    const asked = link(`/invitations/new?${new URLSearchParams(selectionFields(selection))}`)
    if (!/^[0-9A-Za-z]{16}$/.test(run) || hasUnknownFilter(fields)) return c.redirect(asked, 303)
    const { shell, ...company } = await door.page(() => senderReads(door))
    const jobs = forTenant(c.env, door.tenantId)
    const { begun, runs } = await door.run(
      beginRun(door, jobs, {
        env: c.env,
        runId: run,
        selection,
        selected: selectedIn(jobs, selection),
        sender: senderOf(c.env, shell.tenant, company),
        staffId: shell.person.id,
        batchSize: paceOf(c.env).mails,
        now,
      }),
    )
    // No such run: the portal went off meanwhile, or nobody can be invited any more. The page that asked says which.
    if (runs.length === 0) return c.redirect(asked, 303)
    if (begun === 1) await announceRun(c.env, { tenantId: door.tenantId, runId: run })
    return c.redirect(link(`/invitations/${run}`), 303)
  })
  .get('/:id', async (c) => {
    const { door, link } = c.var
    const cursor = cursorOf(c.req.query('after'))
    const { shell, runs, failures } = await door.page(() => runReads(door, c.req.param('id'), LISTED, cursor?.id))
    const { rows, next } = pageOf(failures, LISTED, ({ id }) => ({ key: '', id }))
    const View = wantsFragment(c) ? RunProgress : RunPage
    return c.html(
      <View
        shell={shell}
        link={link}
        run={theRun(runs)}
        failures={rows.map(runFailureOf)}
        after={cursor && cursorText(cursor)}
        next={next}
        notice={NOTICES.get(c.req.query('notice') ?? '')}
      />,
    )
  })
  .get('/:id/cancel', async (c) => {
    const { door, link } = c.var
    const { shell, runs } = await door.page(() => runReads(door, c.req.param('id'), 0))
    return c.html(<StopRunPage shell={shell} link={link} run={theRun(runs)} />)
  })
  .post('/:id/cancel', async (c) => {
    const { door, link, now } = c.var
    const runId = c.req.param('id')
    await readForm(c)
    const { shell, runs } = await door.page(() => runReads(door, runId, 0))
    if (runs.length === 0) throw new NotFound()
    await door.run(cancelRun(door, { runId, staffId: shell.person.id, now }))
    return c.redirect(link(`/invitations/${runId}`), 303)
  })
  .post('/:id/retry', async (c) => {
    const { door, link, now } = c.var
    const runId = c.req.param('id')
    await readForm(c)
    const { shell, runs, failures, ...company } = await door.page(() => ({ ...runReads(door, runId, 0), ...senderReads(door) }))
    if (runs.length === 0) throw new NotFound()
    const retrying = { env: c.env, runId, batchSize: paceOf(c.env).mails, sender: senderOf(c.env, shell.tenant, company), staffId: shell.person.id, now }
    const { retried } = await door.run(retryFailed(door, forTenant(c.env, door.tenantId), retrying))
    if (retried === 1) await announceRun(c.env, { tenantId: door.tenantId, runId })
    return c.redirect(`${link(`/invitations/${runId}`)}?notice=${retried === 1 ? 'retried' : 'nothing-to-retry'}`, 303)
  })
