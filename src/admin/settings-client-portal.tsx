import { type Context, Hono } from 'hono'
import { brandSheet } from '#src/branding/brand-css.ts'
import { brandColourOf } from '#src/branding/hex.ts'
import { legibilityOf } from '#src/branding/legibility.ts'
import { putLogo, removeLogo } from '#src/branding/logo.ts'
import {
  changesOf,
  type PortalSettings,
  SETTINGS_FIELDS,
  type SettingProblems,
  saveSettings,
  settingsRead,
  wantedSettings,
} from '#src/branding/portal-settings.ts'
import type { StaffShell } from '#src/db/staff-door.ts'
import { NoForm, NotFound, TooLarge } from '#src/errors.ts'
import { multipartOf, readForm, readLongForm } from '#src/guards.ts'
import { portalAddress } from '#src/hosts.ts'
import { type Logo, logoOf } from '#src/logo.ts'
import { markdownHtml } from '#src/markdown.ts'
import { LOGO, Refused, tooLarge } from '#src/pictures/limits.ts'
import { PortalPreviewPart } from '#views/admin/portal-preview.tsx'
import { PortalSettingsPage } from '#views/admin/settings-client-portal.tsx'
import type { StaffEnv } from './app-env.ts'

const OVERTAKEN = 'Somebody else changed these settings while you had them open. Nothing was saved. Save again to put yours in their place.'
const LOGO_OVERTAKEN = 'Somebody else changed the logo at the same moment. This is the one that is in place now.'

const NOTICES = new Map([
  ['saved', 'Saved.'],
  ['logo', 'The logo was saved.'],
  ['logo-removed', 'The logo was removed.'],
])

/** Settings → Client Portal. */
export const portalSettingsPages = new Hono<StaffEnv>()
  .get('/', async (c) => {
    const { shell, stored } = await read(c)
    return page(c, shell, stored, { settings: stored, version: stored.version, notice: NOTICES.get([...new URL(c.req.url).searchParams.keys()][0] ?? '') })
  })
  .post('/', async (c) => {
    const { door, link, now } = c.var
    const fields = await formOf(c)
    const { wanted, problems } = wantedSettings(fields)
    const { shell, stored } = await read(c)
    if (Object.keys(problems).length > 0) return page(c, shell, stored, { settings: wanted, version: Number(fields.version) || 0, problems }, 422)
    const saved = c.redirect(`${link('/settings/client-portal')}?saved`, 303)
    const changes = changesOf(stored, wanted)
    // A second click finds that the first one did it.
    if (changes.length === 0) return saved
    if (fields.version !== String(stored.version)) return page(c, shell, stored, { settings: wanted, version: stored.version, conflict: OVERTAKEN }, 409)
    const done = await door.run(saveSettings(door, { stored, wanted, changes, staffId: shell.person.id, now }))
    if (done.saved === 1) return saved
    // In this very moment somebody else saved, or this session ended: the gate says which.
    const again = await read(c)
    return page(c, again.shell, again.stored, { settings: wanted, version: again.stored.version, conflict: OVERTAKEN }, 409)
  })
  /** A picture, and nothing else of the page: what is typed beside it isn't saved by it. */
  .post('/logo', async (c) => {
    const { door, link, now } = c.var
    const { shell, stored } = await read(c)
    try {
      const bytes = await pictureOf(c)
      if (!(await putLogo(c.env, door, bytes, { staffId: shell.person.id, now }))) return overtaken(c)
      return c.redirect(`${link('/settings/client-portal')}?logo`, 303)
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      return page(c, shell, stored, { settings: stored, version: stored.version, logoProblem: error.message }, 422)
    }
  })
  .post('/logo/remove', async (c) => {
    const { door, link, now } = c.var
    const { shell } = await read(c)
    await readForm(c)
    if (!(await removeLogo(c.env, door, { staffId: shell.person.id, now }))) return overtaken(c)
    return c.redirect(`${link('/settings/client-portal')}?logo-removed`, 303)
  })
  /** The portal as it would be with what is typed now; changes nothing. */
  .post('/preview', async (c) => {
    const { wanted, problems } = wantedSettings(await formOf(c))
    const { shell, stored } = await read(c)
    const shown = {
      ...wanted,
      ...(problems.brandColour !== undefined && { brandColour: stored.brandColour }),
      ...(problems.welcomeMessage !== undefined && { welcomeMessage: stored.welcomeMessage }),
    }
    return c.html(<PortalPreviewPart {...previewOf(c, shell, { ...shown, logo: logoOf(stored) })} />)
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

type Stored = ReturnType<typeof settingsRead>['row']

const read = async ({ var: { door } }: Context<StaffEnv>): Promise<{ shell: StaffShell; stored: Stored }> => {
  const { shell, settings } = await door.page(() => ({ settings: settingsRead(door) }))
  const [stored] = settings
  if (!stored) throw new NotFound()
  return { shell, stored }
}

/** The session ended meanwhile, or the role changed: the gate says which. Else others are at it, and the page shows what is there now. */
const overtaken = async (c: Context<StaffEnv>) => {
  const { shell, stored } = await read(c)
  return page(c, shell, stored, { settings: stored, version: stored.version, logoProblem: LOGO_OVERTAKEN }, 409)
}

/** A form's own parts, beside the picture. */
const AROUND = 16 * 1024

/** @throws Refused */
const pictureOf = async (c: Context<StaffEnv>): Promise<Uint8Array> => {
  try {
    const file = (await multipartOf(c, LOGO.bytes + AROUND)).get('logo')
    // A browser sends a file without a name when none was chosen.
    if (!(file instanceof File) || (file.name === '' && file.size === 0)) throw new Refused('Choose a picture first.')
    return new Uint8Array(await file.arrayBuffer())
  } catch (error) {
    throw error instanceof TooLarge ? tooLarge(LOGO) : error
  }
}

type Shown = {
  settings: PortalSettings
  version: number
  problems?: SettingProblems
  logoProblem?: string
  conflict?: string
  notice?: string | undefined
}

const page = (c: Context<StaffEnv>, shell: StaffShell, stored: Stored, { settings, problems = {}, ...shown }: Shown, status: 200 | 409 | 422 = 200) => {
  const logo = logoOf(stored)
  const colour = brandColourOf(settings.brandColour) ?? '#1d6b57'
  const preview = previewOf(c, shell, { ...settings, logo, brandColour: colour, ...(problems.welcomeMessage !== undefined && { welcomeMessage: '' }) })
  return c.html(
    <PortalSettingsPage
      shell={shell}
      link={c.var.link}
      settings={settings}
      problems={problems}
      portalAddress={portalAddress(c.env, shell.tenant)}
      preview={preview}
      logo={logo}
      {...shown}
    />,
    status,
  )
}

const previewOf = (c: Context<StaffEnv>, shell: StaffShell, settings: PortalSettings & { logo: Logo | null }) => ({
  shell,
  link: c.var.link,
  settings,
  welcome: markdownHtml(settings.welcomeMessage),
  legibility: legibilityOf(settings.brandColour),
})
