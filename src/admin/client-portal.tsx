import { Hono } from 'hono'
import { toldMailRead } from '#src/access/told-mail.ts'
import { wantsFragment } from '#src/guards.ts'
import { ClientPortalPage } from '#views/admin/client-portal.tsx'
import { LoginAgain } from '#views/admin/portal-login.tsx'
import { doneWords, mailWords } from '#views/admin/portal-notice.ts'
import type { StaffEnv } from './app-env.ts'
import { clientAccessPages } from './client-access.tsx'
import { clientInvitePages } from './client-invite.tsx'
import { clientPeoplePages } from './client-people.tsx'
import { doneOf, tabOf, tabReads } from './portal-tab.tsx'

/** The client profile's Portal tab, and all that is done there. */
export const clientPortalPages = new Hono<StaffEnv>()
  .get('/:id/portal', async (c) => {
    const { door, link, now } = c.var
    const id = c.req.param('id')
    const mailId = c.req.query('mail') ?? ''
    const { shell, told, ...rows } = await door.page(() => ({ ...tabReads(door, id), told: toldMailRead(door, id, mailId, now) }))
    const tab = tabOf(rows, shell)
    const notice = mailWords(told[0]) ?? doneWords(doneOf(c), tab)
    const again = `${link(`/clients/${id}/portal`)}${told[0] ? `?mail=${encodeURIComponent(mailId)}` : ''}`
    if (wantsFragment(c)) return c.html(<LoginAgain shell={shell} link={link} client={tab.client} access={tab.access} notice={notice} again={again} />)
    return c.html(<ClientPortalPage shell={shell} link={link} tab={tab} notice={notice} again={again} />)
  })
  .route('/', clientInvitePages)
  .route('/', clientAccessPages)
  .route('/', clientPeoplePages)
