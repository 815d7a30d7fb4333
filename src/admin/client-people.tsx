import { Hono } from 'hono'
import { addAddress, addressProblem, keptClientsRead, LONGEST_NAME } from '#src/access/people.ts'
import { removeAddress } from '#src/access/revoke.ts'
import { changeEmail } from '#src/clients/email.ts'
import { isEmail, trimmedEmail } from '#src/email-address.ts'
import { readForm } from '#src/guards.ts'
import { ConfirmRemovePage } from '#views/admin/confirm-revoke.tsx'
import type { StaffEnv } from './app-env.ts'
import { backToTab, personOf, tabOf, tabReads, tabRefusing, tabWithForm } from './portal-tab.tsx'

/** A client's addresses: its primary one corrected by hand, further ones added and removed. */
export const clientPeoplePages = new Hono<StaffEnv>()
  .post('/:id/email', async (c) => {
    const { door, now } = c.var
    const id = c.req.param('id')
    const form = await readForm(c, 'email', 'knew')
    const { shell, ...rows } = await door.page(() => tabReads(door, id))
    const tab = tabOf(rows, shell)
    const email = trimmedEmail(form.email)
    const wrong = (problem: string) => tabWithForm(c, shell, tab, { email: { typed: form.email, problem } })
    if (email === '') return wrong('Write an e-mail address.')
    if (!isEmail(email)) return wrong('That isn’t a complete e-mail address.')
    if (email === tab.client.email) return backToTab(c, id, { done: 'email' })
    if (form.knew !== (tab.client.email ?? ''))
      return wrong(`The address has been changed meanwhile: it is ${tab.client.email ?? 'empty'} now. Save again to replace it.`)
    const { changed } = await door.run(changeEmail(door, tab.client, email, door.who.staffId, now))
    return changed > 0 ? backToTab(c, id, { done: 'email' }) : wrong('The client has been changed meanwhile. Save again.')
  })
  .post('/:id/people', async (c) => {
    const { door, now } = c.var
    const id = c.req.param('id')
    const form = await readForm(c, 'email', 'name')
    const { shell, ...rows } = await door.page(() => tabReads(door, id))
    const tab = tabOf(rows, shell)
    const email = trimmedEmail(form.email)
    const name = form.name.trim().slice(0, LONGEST_NAME)
    const problem = addressProblem(email, tab.access.people)
    if (problem !== undefined) return tabWithForm(c, shell, tab, { address: { email: form.email, name: form.name, problem } })
    await door.run(addAddress(door, { clientId: id, email, name, staffId: door.who.staffId, now }))
    return backToTab(c, id, { done: 'added' })
  })
  .post('/:id/people/remove', async (c) => {
    const { door, link, now } = c.var
    const id = c.req.param('id')
    const { address, confirmed } = await readForm(c, 'address', 'confirmed')
    const { shell, kept, ...rows } = await door.page(() => ({ ...tabReads(door, id), kept: keptClientsRead(door, id) }))
    const tab = tabOf(rows, shell)
    const person = personOf(tab.access, { address })
    // It is gone already: what was wanted is so.
    if (!person) return backToTab(c, id, { done: 'removed' })
    if (person.refusals.remove !== null) return tabRefusing(c, shell, tab, person.refusals.remove, person.email)
    if (confirmed !== 'yes') {
      const keeps = kept.flatMap(({ portalUserId, name }) => (portalUserId === person.portalUserId && name !== null ? [name] : []))
      return c.html(<ConfirmRemovePage shell={shell} link={link} client={tab.client} losing={{ person, keeps }} />)
    }
    await door.run(removeAddress(door, { clientId: id, email: person.email, staffId: shell.person.id, now }))
    return backToTab(c, id, { done: 'removed' })
  })
