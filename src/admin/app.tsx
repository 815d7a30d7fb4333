import { Hono } from 'hono'
import type { StaffToken } from '#src/access/session-token.ts'
import { brandSheetAnswer, logoAnswer } from '#src/branding/answers.ts'
import { settingsRead } from '#src/branding/portal-settings.ts'
import { forStaff } from '#src/db/staff-door.ts'
import type { Env } from '#src/env.ts'
import { SignedOut } from '#src/errors.ts'
import { sameOriginOnly } from '#src/guards.ts'
import { type Link, linkUnder } from '#src/hosts.ts'
import { logged } from '#src/log.ts'
import { logoOf } from '#src/logo.ts'
import { notFound, refused, toSignIn } from '#src/refusals.tsx'
import { accountPages } from './account.tsx'
import type { StaffEnv } from './app-env.ts'
import { auditPage } from './audit.tsx'
import { chooseCompanyPages } from './choose-company.tsx'
import { clientPages } from './client.tsx'
import { clientHistoryPages } from './client-history.tsx'
import { clientPortalPages } from './client-portal.tsx'
import { clientRecordPages } from './client-record.tsx'
import { clientsPage } from './clients.tsx'
import { forgotPasswordPages } from './forgot-password.tsx'
import { importColumnsPages } from './import-columns.tsx'
import { importPdfPages } from './import-pdfs.tsx'
import { importPages } from './imports.tsx'
import { invitationPages } from './invitations.tsx'
import { mailboxPages } from './mailbox.tsx'
import { type PortalPages, portalView } from './portal-view.ts'
import { returnMoves } from './return-moves.tsx'
import { returnPages, returnsFile } from './returns.tsx'
import { roleNeeded } from './roles.ts'
import { clearSession, readSession, writeSession } from './session-cookie.ts'
import { setPasswordPages } from './set-password.tsx'
import { portalSettingsPages } from './settings-client-portal.tsx'
import { companyPages } from './settings-company.tsx'
import { domainPages } from './settings-domain.tsx'
import { returnSettingsPages } from './settings-returns.tsx'
import { teamPages } from './settings-team.tsx'
import { signInPages } from './sign-in.tsx'
import { webhookDoors } from './webhooks.ts'

type AppEnv = { Bindings: Env; Variables: { link: Link; now: number; token: StaffToken | undefined } }

const link = linkUnder('')

/** Pages behind the sign-in. Nothing is asked of the database before the page is. */
const behind = (portalPages: PortalPages) =>
  new Hono<StaffEnv & AppEnv>()
    .use(async (c, next) => {
      const { token, now } = c.var
      if (!token) throw new SignedOut()
      const door = forStaff(c.env, { ...token, now, needs: roleNeeded(c.req.method, c.req.path) })
      c.set('door', door)
      await next()
      if (door.renewal !== undefined) await writeSession(c, { ...token, timeZone: door.renewal })
    })
    .get('/', (c) => c.redirect(link('/clients'), 303))
    .get('/assets/logo/:file', async (c) => {
      const { door } = c.var
      const { settings } = await door.page(() => ({ settings: settingsRead(door) }))
      // What a browser keeps carries no cookie; the next page renews it.
      door.renewal = undefined
      return logoAnswer(c, door.tenantId, settings[0] ? logoOf(settings[0]) : null, 'private')
    })
    .get('/settings', (c) => c.redirect(link('/settings/client-portal'), 303))
    .route('/clients', clientsPage)
    .route('/clients', clientRecordPages)
    .route('/clients', clientPages)
    .route('/clients', clientPortalPages)
    .route('/clients', clientHistoryPages)
    .route('/clients/:clientId/portal-view', portalView(portalPages))
    .route('/returns', returnPages)
    .route('/returns', returnMoves)
    .route('/returns.csv', returnsFile)
    .route('/imports/pdfs', importPdfPages)
    .route('/imports', importColumnsPages)
    .route('/imports', importPages)
    .route('/invitations', invitationPages)
    .route('/settings/client-portal', portalSettingsPages)
    .route('/settings/client-portal/domain', domainPages)
    .route('/settings/returns', returnSettingsPages)
    .route('/settings/company', companyPages)
    .route('/settings/team', teamPages)
    .route('/settings/audit', auditPage)
    .route('/account', accountPages)
    .route('/choose-company', chooseCompanyPages)

/** @param portalPages what a client may look at, for staff to look at too */
export const staffAppWith = (portalPages: PortalPages) => {
  const staffApp = new Hono<AppEnv>()
  staffApp.use(logged('staff'))
  // Before the rest: no page of ours asks there, and nobody is signed in.
  staffApp.route('/webhooks', webhookDoors)
  staffApp.use(sameOriginOnly)
  staffApp.use(async (c, next) => {
    c.set('link', link)
    c.set('token', await readSession(c))
    await next()
  })
  staffApp.route('/', signInPages)
  staffApp.route('/forgot-password', forgotPasswordPages)
  staffApp.route('/set-password', setPasswordPages)
  staffApp.route('/', mailboxPages)
  staffApp.get('/assets/brand/:file', brandSheetAnswer)
  staffApp.route('/', behind(portalPages))
  staffApp.notFound(notFound)
  staffApp.onError((error, c) => {
    if (!(error instanceof SignedOut)) return refused(error, c)
    if (c.var.token) clearSession(c)
    return toSignIn(c, link('/sign-in'))
  })
  return staffApp
}
