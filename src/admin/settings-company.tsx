import { type Context, Hono } from 'hono'
import {
  COMPANY_FIELDS,
  type CompanyProblems,
  type CompanyProfile,
  companyChanges,
  companyRead,
  saveCompany,
  timeZones,
  wantedCompany,
} from '#src/branding/company.ts'
import type { StaffShell } from '#src/db/staff-door.ts'
import { NoForm, NotFound } from '#src/errors.ts'
import { readLongForm } from '#src/guards.ts'
import { LOCALES } from '#src/locales.ts'
import { CompanySettingsPage } from '#views/admin/settings-company.tsx'
import type { StaffEnv } from './app-env.ts'

const OVERTAKEN = 'Somebody else changed these details while you had them open. Nothing was saved. Save again to put yours in their place.'

/** Settings → Company. */
export const companyPages = new Hono<StaffEnv>()
  .get('/', async (c) => {
    const { shell, profiles } = await c.var.door.page(() => ({ profiles: companyRead(c.var.door) }))
    const [stored] = profiles
    if (!stored) throw new NotFound()
    return page(c, shell, { profile: stored, version: stored.version, notice: c.req.query('saved') === undefined ? undefined : 'Saved.' })
  })
  .post('/', async (c) => {
    const { door, link, now } = c.var
    const fields = await readLongForm(c, ...COMPANY_FIELDS)
    // Only the page's own form may empty a field by not sending it.
    if (fields.form !== 'company') throw new NoForm()
    const { shell, profiles } = await door.page(() => ({ profiles: companyRead(door) }))
    const [stored] = profiles
    if (!stored) throw new NotFound()
    const { wanted, problems } = wantedCompany(fields, stored)
    if (Object.keys(problems).length > 0) return page(c, shell, { profile: wanted, version: Number(fields.version) || 0, problems }, 422)
    const saved = c.redirect(`${link('/settings/company')}?saved`, 303)
    const changes = companyChanges(stored, wanted)
    // A second click finds that the first one did it.
    if (changes.length === 0) return saved
    if (fields.version !== String(stored.version)) return page(c, shell, { profile: wanted, version: stored.version, conflict: OVERTAKEN }, 409)
    const done = await door.run(saveCompany(door, { stored, wanted, changes, staffId: shell.person.id, now }))
    if (done.saved === 1) return saved
    // In this very moment somebody else saved, or this session ended: the gate says which.
    const again = await door.page(() => ({ profiles: companyRead(door) }))
    return page(c, again.shell, { profile: wanted, version: again.profiles[0]?.version ?? 0, conflict: OVERTAKEN }, 409)
  })

type Shown = { profile: CompanyProfile; version: number; problems?: CompanyProblems; conflict?: string; notice?: string | undefined }

const page = (c: Context<StaffEnv>, shell: StaffShell, { problems = {}, ...shown }: Shown, status: 200 | 409 | 422 = 200) =>
  c.html(<CompanySettingsPage shell={shell} link={c.var.link} problems={problems} locales={LOCALES} timeZones={timeZones()} {...shown} />, status)
