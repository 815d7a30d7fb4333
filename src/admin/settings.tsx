import { sql } from 'drizzle-orm'
import { Hono } from 'hono'
import { portalSettings } from '#src/db/schema/tenants.ts'
import { NoForm, SignedOut } from '#src/errors.ts'
import { readForm } from '#src/guards.ts'
import { portalAddress } from '#src/hosts.ts'
import { PortalSettingsPage } from '#views/admin/settings.tsx'
import type { StaffEnv } from './app-env.ts'

/** Settings → Client Portal. */
export const portalSettingsPage = new Hono<StaffEnv>()
  .get('/', async (c) => {
    const { door, link } = c.var
    const { shell } = await door.page(() => ({}))
    const notice = c.req.query('saved') === undefined ? undefined : 'Saved.'
    return c.html(
      <PortalSettingsPage
        shell={shell}
        link={link}
        enabled={shell.portalEnabled}
        portalAddress={portalAddress(c.env, shell.tenant.slug)}
        {...(notice && { notice })}
      />,
    )
  })
  .post('/', async (c) => {
    const { door, link, now } = c.var
    const { form, enabled } = await readForm(c, 'form', 'enabled')
    // A switch that is off is not sent. Only the page's own form may mean that by its silence.
    if (form !== 'client-portal') throw new NoForm()
    const { saved } = await door.run({ saved: door.update(portalSettings, { enabled: enabled !== '', updatedAt: now }, sql`true`) })
    // The one row is there; nothing was changed because the session no longer holds.
    if (saved === 0) throw new SignedOut()
    return c.redirect(`${link('/settings/client-portal')}?saved`, 303)
  })
