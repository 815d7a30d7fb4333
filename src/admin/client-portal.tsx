import { Hono } from 'hono'
import { invitationReads, invite, obstacleOf } from '#src/access/invitation.ts'
import { portalAccessOf, portalAccessReads } from '#src/access/portal-access.ts'
import { clientOf, clientRead } from '#src/clients/client.ts'
import { readForm } from '#src/guards.ts'
import { announceMail } from '#src/mail/outbox.ts'
import { ClientPortalPage } from '#views/admin/client-portal.tsx'
import { ConfirmInvitePage } from '#views/admin/confirm-invite.tsx'
import type { StaffEnv } from './app-env.ts'

const NOTICES = new Map([
  ['sent', 'The invitation is on its way.'],
  ['already-sent', 'An invitation was sent already.'],
  ['refused', 'This client can’t be invited now.'],
  ['access-given', 'This person has a password already, and now sees this client too.'],
])

/** The client profile's Portal tab, and the invitations that are created there. */
export const clientPortalPages = new Hono<StaffEnv>()
  .get('/:id/portal', async (c) => {
    const { door, link } = c.var
    const id = c.req.param('id')
    const { shell, clients, ...rows } = await door.page(() => ({ clients: clientRead(door, id), ...portalAccessReads(door, id) }))
    const client = clientOf(clients)
    const access = portalAccessOf(rows, client)
    return c.html(
      <ClientPortalPage
        shell={shell}
        link={link}
        client={client}
        access={access}
        canInvite={obstacleOf(client, shell.portalEnabled, access.state) === null}
        notice={NOTICES.get(c.req.query('notice') ?? '')}
      />,
    )
  })
  .post('/:id/invitations', async (c) => {
    const { door, link, now } = c.var
    const id = c.req.param('id')
    const { seen, confirmed } = await readForm(c, 'seen', 'confirmed')
    const { shell, clients, ...rows } = await door.page(() => ({ clients: clientRead(door, id), ...invitationReads(door, id) }))
    const client = clientOf(clients)
    const page = (notice: string) => c.redirect(`${link(`/clients/${id}/portal`)}?notice=${notice}`, 303)
    const state = rows.accesses[0]?.state ?? 'not-invited'
    if (obstacleOf(client, shell.portalEnabled, state) !== null) return page('refused')
    if (client.status === 'inactive' && confirmed !== 'yes') return c.html(<ConfirmInvitePage shell={shell} link={link} client={client} seen={seen} />)
    const { mailId, statements } = invite(door, { env: c.env, client, rows, tenant: shell.tenant, staffId: shell.person.id, seenMailId: seen || null, now })
    const { mail } = await door.run(statements)
    if (mail !== 1) return page('already-sent')
    await announceMail(c.env, [{ tenantId: door.tenantId, mailId }])
    return page('newest' in statements ? 'sent' : 'access-given')
  })
