import { type Context, Hono } from 'hono'
import { type Client, clientOf, clientRead } from '#src/clients/client.ts'
import { type ClientRecord, clientAdded, clientSaved, codeTaken, RECORD_FIELDS, type RecordChange, type RecordField } from '#src/clients/record.ts'
import type { StaffShell } from '#src/db/staff-door.ts'
import { NoForm } from '#src/errors.ts'
import { readForm } from '#src/guards.ts'
import { newId } from '#src/ids.ts'
import { typedClient } from '#src/imports/schema.ts'
import { LOCALES } from '#src/locales.ts'
import { ClientRecordPage, recordText } from '#views/admin/client-record.tsx'
import { RECORD_LABELS } from '#views/admin/record-words.ts'
import type { StaffEnv } from './app-env.ts'

/** A client's own record, added and changed by hand. */

type Typed = Record<RecordField, string>
type Problems = Partial<Record<RecordField, string>>

/** What the fields are called in a file, by whose rules they are judged. */
const HEADINGS: Record<RecordField, string> = {
  name: 'name',
  code: 'external_id',
  status: 'status',
  email: 'email',
  phone: 'phone',
  language: 'language',
  address1: 'address1',
  address2: 'address2',
  city: 'city',
  region: 'region',
  postalCode: 'postal_code',
  country: 'country',
  currency: 'currency',
  creditLimit: 'credit_limit',
}

const judged = (typed: Typed): { record: ClientRecord } | { problems: Problems } => {
  const result = typedClient(
    Object.fromEntries(RECORD_FIELDS.map((field) => [HEADINGS[field], field === 'currency' ? typed[field].trim().toUpperCase() : typed[field]])),
  )
  if ('problems' in result)
    return {
      problems: Object.fromEntries(RECORD_FIELDS.flatMap((field) => (result.problems[HEADINGS[field]] ? [[field, result.problems[HEADINGS[field]]]] : []))),
    }
  const { external_id, name_key, email_key, email_valid, postal_code, credit_limit, updated_at: _, ...row } = result.row
  return {
    record: {
      ...row,
      code: external_id,
      nameKey: name_key,
      emailKey: email_key,
      emailValid: email_valid === 1,
      postalCode: postal_code,
      creditLimit: credit_limit,
    },
  }
}

const changesOf = (stored: Client, record: ClientRecord): RecordChange[] =>
  RECORD_FIELDS.flatMap((field) =>
    stored[field] === record[field] ? [] : [{ field, label: RECORD_LABELS[field], before: recordText(stored, field), after: recordText(record, field) }],
  )

const TAKEN: Problems = { code: 'Another client has this code' }
const OVERTAKEN = 'This client was changed while you had it open. Nothing was saved. Save again to put yours in its place.'

type Shown = { id: string; typed: Typed; problems?: Problems; stored?: Client; conflict?: string }
const page = (c: Context<StaffEnv>, shell: StaffShell, shown: Shown, status: 200 | 409 | 422 = 200) =>
  c.html(<ClientRecordPage shell={shell} link={c.var.link} locales={LOCALES} problems={{}} {...shown} />, status)

const emptyFor = (shell: StaffShell): Typed => ({
  ...(Object.fromEntries(RECORD_FIELDS.map((field) => [field, ''])) as Typed),
  status: 'active',
  currency: shell.company.currency,
})
const textsOf = (record: ClientRecord): Typed => Object.fromEntries(RECORD_FIELDS.map((field) => [field, recordText(record, field)])) as Typed

export const clientRecordPages = new Hono<StaffEnv>()
  .get('/new', async (c) => {
    const { shell } = await c.var.door.page(() => ({}))
    return page(c, shell, { id: newId(), typed: emptyFor(shell) })
  })
  .post('/new', async (c) => {
    const { door, link, now } = c.var
    const { id, form, ...typed } = await readForm(c, 'id', 'form', ...RECORD_FIELDS)
    const result = judged(typed)
    const { shell, taken, clients } = await door.page(() => ({ taken: codeTaken(door, id, typed.code.trim()), clients: clientRead(door, id) }))
    if (form !== 'client' || !/^\w{16}$/.test(id)) throw new NoForm()
    const done = c.redirect(link(`/clients/${id}?notice=added`), 303)
    // A second click finds that the first one did it.
    if (clients[0]) return done
    if ('problems' in result) return page(c, shell, { id, typed, problems: result.problems }, 422)
    if (taken[0]) return page(c, shell, { id, typed, problems: TAKEN }, 422)
    const { added } = await door.run(clientAdded(door, id, result.record, shell.person.id, now))
    if (added > 0) return done
    const again = await door.page(() => ({ clients: clientRead(door, id) }))
    return again.clients[0] ? done : page(c, again.shell, { id, typed, problems: TAKEN }, 422)
  })
  .get('/:id/edit', async (c) => {
    const { door } = c.var
    const id = c.req.param('id')
    const { shell, clients } = await door.page(() => ({ clients: clientRead(door, id) }))
    const stored = clientOf(clients)
    return page(c, shell, { id, typed: textsOf(stored), stored })
  })
  .post('/:id/edit', async (c) => {
    const { door, link, now } = c.var
    const id = c.req.param('id')
    const { version, form, ...typed } = await readForm(c, 'version', 'form', ...RECORD_FIELDS)
    const { shell, clients, taken } = await door.page(() => ({ clients: clientRead(door, id), taken: codeTaken(door, id, typed.code.trim()) }))
    const stored = clientOf(clients)
    // Only the page's own form may empty a field by not sending it.
    if (form !== 'client') throw new NoForm()
    const result = judged(typed)
    if ('problems' in result) return page(c, shell, { id, typed, stored, problems: result.problems }, 422)
    if (taken[0]) return page(c, shell, { id, typed, stored, problems: TAKEN }, 422)
    const done = c.redirect(link(`/clients/${id}?notice=saved`), 303)
    const changes = changesOf(stored, result.record)
    if (changes.length === 0) return done
    if (version !== String(stored.updatedAt)) return page(c, shell, { id, typed, stored, conflict: OVERTAKEN }, 409)
    const { saved } = await door.run(clientSaved(door, stored, result.record, changes, shell.person.id, now))
    if (saved > 0) return done
    const again = await door.page(() => ({ clients: clientRead(door, id) }))
    return page(c, again.shell, { id, typed, stored: clientOf(again.clients), conflict: OVERTAKEN }, 409)
  })
