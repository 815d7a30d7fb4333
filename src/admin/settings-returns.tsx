import { type Context, Hono } from 'hono'
import { settingsRead } from '#src/branding/portal-settings.ts'
import type { StaffShell } from '#src/db/staff-door.ts'
import { NoForm, NotFound } from '#src/errors.ts'
import { readLongForm } from '#src/guards.ts'
import { markdownHtml } from '#src/markdown.ts'
import { RETURN_FIELDS, type RuleProblems, ruleChanges, saveRules, type TypedRules, typedOf, wantedRules } from '#src/returns/settings.ts'
import { InstructionsPreview, ReturnSettingsPage } from '#views/admin/settings-returns.tsx'
import type { StaffEnv } from './app-env.ts'

const OVERTAKEN = 'Somebody else changed these settings while you had them open. Nothing was saved. Save again to put yours in their place.'

/** Settings → Returns. */
export const returnSettingsPages = new Hono<StaffEnv>()
  .get('/', async (c) => {
    const { shell, stored } = await read(c)
    const notice = c.req.query('saved') === undefined ? undefined : 'Saved.'
    return page(c, shell, { typed: typedOf(stored), version: stored.returnsVersion, isOn: stored.requestReturns, notice })
  })
  .post('/', async (c) => {
    const { door, link, now } = c.var
    const typed = await formOf(c)
    const { rules, problems } = wantedRules(typed)
    const { shell, stored } = await read(c)
    const isOn = stored.requestReturns
    if (Object.keys(problems).length > 0) return page(c, shell, { typed, version: Number(typed.version) || 0, isOn, problems }, 422)
    const saved = c.redirect(`${link('/settings/returns')}?saved`, 303)
    const changes = ruleChanges(stored, rules)
    // A second click finds that the first one did it.
    if (changes.length === 0) return saved
    if (typed.version !== String(stored.returnsVersion)) return page(c, shell, { typed, version: stored.returnsVersion, isOn, conflict: OVERTAKEN }, 409)
    const done = await door.run(saveRules(door, { stored, rules, changes, staffId: shell.person.id, now }))
    if (done.saved === 1) return saved
    // In this very moment somebody else saved, or this session ended: the gate says which.
    const again = await read(c)
    return page(c, again.shell, { typed, version: again.stored.returnsVersion, isOn, conflict: OVERTAKEN }, 409)
  })
  /** The instructions as clients would see them; changes nothing. */
  .post('/preview', async (c) => {
    const { returnInstructions } = await formOf(c)
    await read(c)
    return c.html(<InstructionsPreview html={markdownHtml(returnInstructions)} />)
  })

/** Only the page's own form may empty a field by not sending it. @throws NoForm, TooLarge */
const formOf = async (c: Context<StaffEnv>) => {
  const fields = await readLongForm(c, ...RETURN_FIELDS)
  if (fields.form !== 'returns') throw new NoForm()
  return fields
}

const read = async ({ var: { door } }: Context<StaffEnv>) => {
  const { shell, settings } = await door.page(() => ({ settings: settingsRead(door) }))
  const [stored] = settings
  if (!stored) throw new NotFound()
  return { shell, stored }
}

type Shown = { typed: TypedRules; version: number; isOn: boolean; problems?: RuleProblems; conflict?: string; notice?: string | undefined }

const page = (c: Context<StaffEnv>, shell: StaffShell, { problems = {}, ...shown }: Shown, status: 200 | 409 | 422 = 200) =>
  c.html(<ReturnSettingsPage shell={shell} link={c.var.link} problems={problems} preview={markdownHtml(shown.typed.returnInstructions)} {...shown} />, status)
