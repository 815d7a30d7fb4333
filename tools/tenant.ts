/** `npm run tenant`: the companies of this machine, or with `--remote` those of the deployment. */
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { trimmedEmail } from '#src/email-address.ts'
import type { Env } from '#src/env.ts'
import { DeployError } from './deploy/api.ts'
import { openRemote } from './deploy/remote.ts'
import { readSettings } from './deploy/settings.ts'
import { runningStart } from './leftovers.ts'
import { DEFAULT_STATE, glance, migrate, openLocal } from './local-state.ts'
import { createTenant, type NewTenant, type Outcome, problemsOf, switchTenant } from './new-tenant.ts'

const USAGE = `npm run tenant -- create --slug S --name N --owner-email E
                         [--legal-name L] [--time-zone Europe/London] [--currency EUR] [--locale en-GB]
npm run tenant -- disable --slug S, enable --slug S: serves it no more, or again; its data stays
npm run tenant -- list
With --remote: on the deployment that deploy.env or the environment names.`

const OPTIONS = {
  slug: { type: 'string' },
  name: { type: 'string' },
  'owner-email': { type: 'string' },
  'legal-name': { type: 'string' },
  'time-zone': { type: 'string', default: 'UTC' },
  currency: { type: 'string', default: 'EUR' },
  locale: { type: 'string', default: 'en-GB' },
  'persist-to': { type: 'string', default: DEFAULT_STATE },
  remote: { type: 'boolean', default: false },
} as const

const fail = (reason: string): never => {
  console.error(reason)
  process.exit(1)
}

const read = () => {
  try {
    const { values, positionals } = parseArgs({ options: OPTIONS, allowPositionals: true })
    return { values, command: positionals.join(' ') }
  } catch (error) {
    return fail(`${error instanceof Error ? error.message : error}\n\n${USAGE}`)
  }
}

const wanted = (values: ReturnType<typeof read>['values']): NewTenant => {
  const { slug = '', name = '', 'owner-email': ownerEmail = '', 'legal-name': legalName = name, 'time-zone': timeZone, currency, locale } = values
  const missing = Object.entries({ slug, name, 'owner-email': ownerEmail }).filter(([, value]) => value.trim() === '')
  if (missing.length > 0) fail(`Missing: ${missing.map(([option]) => `--${option}`).join(', ')}\n\n${USAGE}`)
  const tenant = {
    slug: slug.trim().toLowerCase(),
    name: name.trim(),
    ownerEmail: trimmedEmail(ownerEmail),
    legalName: legalName.trim(),
    timeZone,
    currency: currency.toUpperCase(),
    locale,
  }
  const problems = problemsOf(tenant)
  if (problems.length > 0) fail(problems.join('\n'))
  return tenant
}

const list = async (env: Env): Promise<void> => {
  const sql = `SELECT t.slug, t.name, group_concat(s.email, ', ') AS owners, iif(p.enabled, 'on', 'off') AS portal, iif(t.disabled_at IS NULL, '', 'disabled') AS state
    FROM tenants t JOIN portal_settings p ON p.tenant_id = t.id
      LEFT JOIN memberships m ON m.tenant_id = t.id AND m.role = 'owner' AND m.removed_at IS NULL LEFT JOIN staff s ON s.id = m.staff_id
    GROUP BY t.id ORDER BY t.slug`
  const { results } = await env.DB.prepare(sql).all<Record<string, string>>()
  for (const row of results) console.log(Object.values(row).filter(Boolean).join('  ·  '))
  if (results.length === 0) console.log('No company yet.')
}

const { values, command } = read()

const SAID: Record<Outcome, (tenant: NewTenant) => string> = {
  made: ({ slug, name, ownerEmail }) =>
    `${name} is made, as ${slug}. A mail with a link to set a password is on its way to ${ownerEmail}; the link works for 72 hours. ${values.remote ? 'It leaves within a minute.' : 'It leaves within a minute while npm start runs, and is in the mailbox there: /dev/mailbox'}`,
  there: ({ slug, ownerEmail }) => `${slug} is there already, with ${ownerEmail} as its owner. Nothing was changed.`,
  'mailed-again': ({ slug, ownerEmail }) => `${slug} is there already. Its owner's link had run out, so a new one is on its way to ${ownerEmail}.`,
  taken: ({ slug }) => `The slug ${slug} is taken by another company.`,
}

if (!['create', 'list', 'disable', 'enable'].includes(command)) fail(USAGE)
const slug = values.slug?.trim().toLowerCase() ?? ''
if (['disable', 'enable'].includes(command) && slug === '') fail(`Missing: --slug\n\n${USAGE}`)
const tenant = command === 'create' ? wanted(values) : undefined

type Opened = { env: Env; close: () => Promise<void> }

const openHere = async (): Promise<Opened> => {
  const state = resolve(values['persist-to'])
  if (!glance(state, '').migrated) migrate(state)
  const { env, close } = await openLocal(state)
  // The link has to lead to where the pages are served.
  const port = runningStart(join(state, 'start.json'))?.port ?? process.env.PORT ?? env.LOCAL_PORT
  return { env: { ...env, LOCAL_PORT: String(port) }, close }
}

const openThere = async (): Promise<Opened> => {
  const said = readSettings()
  if ('problems' in said) return fail(said.problems.join('\n'))
  const env = await openRemote(said.settings)
  // Queues and files aren't asked for here.
  return { env: env as Env, close: () => Promise.resolve() }
}

const act = async (env: Env): Promise<void> => {
  if (command === 'list') return await list(env)
  if (!tenant) {
    if (!(await switchTenant(env, slug, command === 'enable', Date.now()))) fail(`There is no company ${slug}.`)
    return console.log(command === 'enable' ? `${slug} is served again.` : `${slug} is served no more. Its data stays; enable brings it back.`)
  }
  const outcome = await createTenant(env, tenant, Date.now())
  if (outcome === 'taken') process.exitCode = 1
  console[outcome === 'taken' ? 'error' : 'log'](SAID[outcome](tenant))
}

try {
  const { env, close } = await (values.remote ? openThere() : openHere())
  await act(env).finally(close)
} catch (error) {
  fail(error instanceof DeployError ? error.message : String(error instanceof Error ? error.stack : error))
}
