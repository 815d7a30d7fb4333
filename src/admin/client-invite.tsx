import { eq } from 'drizzle-orm'
import { Hono } from 'hono'
import { invitationReads, invite } from '#src/access/invitation.ts'
import { resetReads, sendReset } from '#src/access/reset.ts'
import { clients } from '#src/db/schema/clients.ts'
import { portalUsers } from '#src/db/schema/people.ts'
import type { StaffDoor } from '#src/db/staff-door.ts'
import { emailKeyOf } from '#src/email-address.ts'
import { TooMany } from '#src/errors.ts'
import { readForm } from '#src/guards.ts'
import { announceMail } from '#src/mail/outbox.ts'
import { ConfirmInvitePage } from '#views/admin/confirm-invite.tsx'
import type { StaffEnv } from './app-env.ts'
import { backToTab, personOf, tabLimited, tabOf, tabReads, tabRefusing } from './portal-tab.tsx'

/** Which address a form is about, before anything was read: the one it names, else the client's primary one. */
const keyOf = (door: StaffDoor, clientId: string, address: string) =>
  address === '' ? door.pluck(clients, clients.emailKey, { where: eq(clients.id, clientId) }) : emailKeyOf(address)

/** Mail that staff sends to a client's people: invitations and password resets. */
export const clientInvitePages = new Hono<StaffEnv>()
  .post('/:id/invitations', async (c) => {
    const { door, link, now } = c.var
    const id = c.req.param('id')
    const { address, role, seen, confirmed, again } = await readForm(c, 'address', 'role', 'seen', 'confirmed', 'again')
    const { shell, ...rows } = await door.page(() => ({ ...tabReads(door, id), ...invitationReads(door, id, keyOf(door, id, address)) }))
    const tab = tabOf(rows, shell)
    const { client, access } = tab
    const person = personOf(access, { address, role })
    if (!person) return tabRefusing(c, shell, tab, address === '' ? 'no-email' : 'gone', address || null)
    if (person.inviteRefusal !== null) return tabRefusing(c, shell, tab, person.inviteRefusal, person.email)
    // The form knew of an older invitation than there is: it was sent twice, or somebody else was quicker.
    if (person.state === 'invited' && (seen || null) !== person.openMailId) return backToTab(c, id, { mail: person.openMailId ?? '' })
    // A page from before a revoke: sending again is no new invitation, even if the person's link still opens another client.
    if (again === 'yes' && person.state !== 'invited') return backToTab(c, id, { done: 'changed' })
    if (client.status === 'inactive' && confirmed !== 'yes')
      return c.html(<ConfirmInvitePage shell={shell} link={link} client={client} person={person} seen={seen} />)
    const known = { env: c.env, client, person, rows, tenant: shell.tenant, staffId: shell.person.id, seenMailId: seen || null, now }
    const { mailId, tries, statements } = invite(door, known)
    const { mail, counted } = await door.run(statements)
    try {
      tries.check(counted)
    } catch (error) {
      if (error instanceof TooMany) return tabLimited(c, shell, tab, error)
      throw error
    }
    if (mail !== 1) return backToTab(c, id, { done: 'changed' })
    await announceMail(c.env, [{ tenantId: door.tenantId, mailId }])
    return backToTab(c, id, { mail: mailId })
  })
  .post('/:id/password-resets', async (c) => {
    const { door, now } = c.var
    const id = c.req.param('id')
    const { address, role } = await readForm(c, 'address', 'role')
    const key = keyOf(door, id, address)
    const reader = door.pluck(portalUsers, portalUsers.id, { where: eq(portalUsers.emailKey, key) })
    const { shell, ...rows } = await door.page(() => ({ ...tabReads(door, id), ...resetReads(door, reader) }))
    const tab = tabOf(rows, shell)
    const person = personOf(tab.access, { address, role })
    if (!person) return tabRefusing(c, shell, tab, address === '' ? 'not-active' : 'gone', address || null)
    const refusal = person.refusals['send-reset']
    if (refusal !== null || person.portalUserId === null) return tabRefusing(c, shell, tab, refusal ?? 'not-active', person.email)
    const to = { id: person.portalUserId, email: person.email, name: person.name }
    const { mailId, check, statements } = sendReset(door, {
      env: c.env,
      person: to,
      clientIds: [id],
      rows,
      tenant: shell.tenant,
      by: { staffId: shell.person.id },
      now,
    })
    const { mail, counted } = await door.run(statements)
    try {
      check(counted)
    } catch (error) {
      if (error instanceof TooMany) return tabLimited(c, shell, tab, error)
      throw error
    }
    // A second click finds that the first one did it, and says so.
    if (mail !== 1) return backToTab(c, id, person.reset ? { mail: person.reset.mailId } : { done: 'changed' })
    await announceMail(c.env, [{ tenantId: door.tenantId, mailId }])
    return backToTab(c, id, { mail: mailId })
  })
