import { type Context, Hono } from 'hono'
import { brandSheet } from '#src/branding/brand-css.ts'
import { brandColourOf } from '#src/branding/hex.ts'
import { legibilityOf } from '#src/branding/legibility.ts'
import {
  changesOf,
  type PortalSettings,
  SETTINGS_FIELDS,
  type SettingProblems,
  saveSettings,
  settingsRead,
  wantedSettings,
} from '#src/branding/portal-settings.ts'
import { welcomeHtml } from '#src/branding/welcome.ts'
import type { StaffShell } from '#src/db/staff-door.ts'
import { NoForm, NotFound } from '#src/errors.ts'
import { readLongForm } from '#src/guards.ts'
import { portalAddress } from '#src/hosts.ts'
import { PortalPreviewPart } from '#views/admin/portal-preview.tsx'
import { PortalSettingsPage } from '#views/admin/settings-client-portal.tsx'
import type { StaffEnv } from './app-env.ts'

const OVERTAKEN = 'Somebody else changed these settings while you had them open. Nothing was saved. Save again to put yours in their place.'

/** Settings → Client Portal. */
export const portalSettingsPages = new Hono<StaffEnv>()
  .get('/', async (c) => {
    const { shell, settings } = await c.var.door.page(() => ({ settings: settingsRead(c.var.door) }))
    const [stored] = settings
    if (!stored) throw new NotFound()
    return page(c, shell, { settings: stored, version: stored.version, notice: c.req.query('saved') === undefined ? undefined : 'Saved.' })
  })
  .post('/', async (c) => {
    const { door, link, now } = c.var
    const fields = await formOf(c)
    const { wanted, problems } = wantedSettings(fields)
    const { shell, settings } = await door.page(() => ({ settings: settingsRead(door) }))
    const [stored] = settings
    if (!stored) throw new NotFound()
    if (Object.keys(problems).length > 0) return page(c, shell, { settings: wanted, version: Number(fields.version) || 0, problems }, 422)
    const saved = c.redirect(`${link('/settings/client-portal')}?saved`, 303)
    const changes = changesOf(stored, wanted)
    // A second click finds that the first one did it.
    if (changes.length === 0) return saved
    if (fields.version !== String(stored.version)) return page(c, shell, { settings: wanted, version: stored.version, conflict: OVERTAKEN }, 409)
    const done = await door.run(saveSettings(door, { stored, wanted, changes, staffId: shell.person.id, now }))
    if (done.saved === 1) return saved
    // In this very moment somebody else saved, or this session ended: the gate says which.
    const again = await door.page(() => ({ settings: settingsRead(door) }))
    return page(c, again.shell, { settings: wanted, version: again.settings[0]?.version ?? 0, conflict: OVERTAKEN }, 409)
  })
  /** The portal as it would be with what is typed now; changes nothing. */
  .post('/preview', async (c) => {
    const { door } = c.var
    const { wanted, problems } = wantedSettings(await formOf(c))
    const { shell, settings } = await door.page(() => ({ settings: settingsRead(door) }))
    const [stored] = settings
    if (!stored) throw new NotFound()
    const shown = {
      ...wanted,
      ...(problems.brandColour !== undefined && { brandColour: stored.brandColour }),
      ...(problems.welcomeMessage !== undefined && { welcomeMessage: stored.welcomeMessage }),
    }
    return c.html(<PortalPreviewPart {...previewOf(c, shell, shown)} />)
  })
  /** A colour's style sheet for the preview alone, which stands on a page of the house's own colour. A function of its address. */
  .get('/preview/:file', (c) => {
    const css = brandSheet(c.req.param('file'))
    if (css === undefined) throw new NotFound()
    return c.body(css.replace(':root', '.preview'), 200, { 'Content-Type': 'text/css; charset=utf-8', 'Cache-Control': 'private, max-age=86400' })
  })

/** Only the page's own form may mean something by what it doesn't send. @throws NoForm, TooLarge */
const formOf = async (c: Context<StaffEnv>) => {
  const fields = await readLongForm(c, ...SETTINGS_FIELDS)
  if (fields.form !== 'client-portal') throw new NoForm()
  return fields
}

type Shown = { settings: PortalSettings; version: number; problems?: SettingProblems; conflict?: string; notice?: string | undefined }

const page = (c: Context<StaffEnv>, shell: StaffShell, { settings, problems = {}, ...shown }: Shown, status: 200 | 409 | 422 = 200) => {
  const colour = brandColourOf(settings.brandColour) ?? '#1d6b57'
  const preview = previewOf(c, shell, { ...settings, brandColour: colour, ...(problems.welcomeMessage !== undefined && { welcomeMessage: '' }) })
  return c.html(
    <PortalSettingsPage
      shell={shell}
      link={c.var.link}
      settings={settings}
      problems={problems}
      portalAddress={portalAddress(c.env, shell.tenant)}
      preview={preview}
      {...shown}
    />,
    status,
  )
}

const previewOf = (c: Context<StaffEnv>, shell: StaffShell, settings: PortalSettings) => ({
  shell,
  link: c.var.link,
  settings,
  welcome: welcomeHtml(settings.welcomeMessage),
  legibility: legibilityOf(settings.brandColour),
})
