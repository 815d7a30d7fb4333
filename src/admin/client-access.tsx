import { Hono } from 'hono'
import { endSessions } from '#src/access/client-sessions.ts'
import { keptClientsRead } from '#src/access/people.ts'
import { portalAccessOf, portalAccessReads } from '#src/access/portal-access.ts'
import { switchAccess } from '#src/access/portal-switch.ts'
import { revokeAccess } from '#src/access/revoke.ts'
import { clientOf, clientRead } from '#src/clients/client.ts'
import { NoForm } from '#src/errors.ts'
import { readForm } from '#src/guards.ts'
import { ConfirmRevokePage } from '#views/admin/confirm-revoke.tsx'
import type { StaffEnv } from './app-env.ts'
import { backToTab } from './portal-tab.tsx'

/** Who gets in: the Portal access toggle, Revoke Access, and ending sessions. */
export const clientAccessPages = new Hono<StaffEnv>()
  .post('/:id/portal-access', async (c) => {
    const { door, now } = c.var
    const id = c.req.param('id')
    const { form, access } = await readForm(c, 'form', 'access')
    const { shell, clients } = await door.page(() => ({ clients: clientRead(door, id) }))
    clientOf(clients)
    // A switch that is off is not sent. Only the page's own form may mean that by its silence.
    if (form !== 'portal-access') throw new NoForm()
    const on = access !== ''
    await door.run(switchAccess(door, { clientId: id, on, staffId: shell.person.id, now }))
    return backToTab(c, id, { done: on ? 'on' : 'off' })
  })
  .get('/:id/portal/revoke', async (c) => {
    const { door, link } = c.var
    const id = c.req.param('id')
    const { shell, clients, kept, ...rows } = await door.page(() => ({
      clients: clientRead(door, id),
      kept: keptClientsRead(door, id),
      ...portalAccessReads(door, id),
    }))
    const client = clientOf(clients)
    const { people, refusals } = portalAccessOf(rows, client, shell.portalEnabled)
    if (refusals.revoke !== null) return backToTab(c, id)
    const losing = people
      .filter(({ state }) => state !== 'not-invited')
      .map((person) => ({ person, keeps: kept.flatMap(({ portalUserId, name }) => (portalUserId === person.portalUserId && name !== null ? [name] : [])) }))
    return c.html(<ConfirmRevokePage shell={shell} link={link} client={client} losing={losing} />)
  })
  .post('/:id/portal/revoke', async (c) => {
    const { door, now } = c.var
    const id = c.req.param('id')
    const { shell, clients } = await door.page(() => ({ clients: clientRead(door, id) }))
    clientOf(clients)
    await readForm(c)
    await door.run(revokeAccess(door, { clientId: id, staffId: shell.person.id, now }))
    return backToTab(c, id, { done: 'revoked' })
  })
  .post('/:id/sessions/end', async (c) => {
    const { door, now } = c.var
    const id = c.req.param('id')
    const { session, all } = await readForm(c, 'session', 'all')
    const { clients } = await door.page(() => ({ clients: clientRead(door, id) }))
    clientOf(clients)
    await door.run({ ended: endSessions(door, id, all === 'yes' ? 'all' : { id: session }, now) })
    return backToTab(c, id, { done: all === 'yes' ? 'ended-all' : 'ended' })
  })
