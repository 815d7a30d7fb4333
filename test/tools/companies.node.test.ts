import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { verifyPassword } from '#src/access/password.ts'
import { HOUR } from '#src/dates.ts'
import { RETURN_STATES } from '#src/db/schema/returns.ts'
import type { Env } from '#src/env.ts'
import { BUYER, OWNER, SLUG } from '#tools/demo/company.ts'
import { makeDemo } from '#tools/demo.ts'
import { glance, migrate, openLocal } from '#tools/local-state.ts'
import { createTenant, type NewTenant, problemsOf, switchTenant } from '#tools/new-tenant.ts'

const NOW = Date.parse('2026-05-12T10:30:00Z')
const ALDER: NewTenant = {
  slug: 'alder',
  name: 'Alder & Co',
  ownerEmail: 'Jo@Alder.example',
  legalName: 'Alder Ltd',
  timeZone: 'Europe/Oslo',
  currency: 'NOK',
  locale: 'nb-NO',
}

const state = mkdtempSync(join(tmpdir(), 'stockflow-'))
let env: Env
let close: (() => Promise<void>) | undefined

beforeAll(async () => {
  expect(glance(state, SLUG)).toEqual({ migrated: false, hasCompany: false })
  migrate(state)
  expect(glance(state, SLUG)).toEqual({ migrated: true, hasCompany: false })
  ;({ env, close } = await openLocal(state))
}, 60_000)
afterAll(async () => {
  await close?.()
  rmSync(state, { recursive: true })
})

type Row = Record<string, string | number | null>
const rows = async (sql: string, ...values: unknown[]) =>
  (
    await env.DB.prepare(sql)
      .bind(...values)
      .all<Row>()
  ).results
const count = async (sql: string, ...values: unknown[]) => Number((await rows(`SELECT count(*) AS n FROM ${sql}`, ...values))[0]?.n)

describe('a new tenant', () => {
  test('stands complete: profile, settings as they come, owner, and a mail with a link', async () => {
    expect(await createTenant(env, ALDER, NOW)).toBe('made')
    const [tenant] = await rows(
      'SELECT * FROM tenants JOIN company_profiles p ON p.tenant_id = id JOIN portal_settings s ON s.tenant_id = id WHERE slug = ?',
      'alder',
    )
    expect(tenant).toMatchObject({
      name: 'Alder & Co',
      legal_name: 'Alder Ltd',
      time_zone: 'Europe/Oslo',
      currency: 'NOK',
      locale: 'nb-NO',
      enabled: 0,
      download_invoices: 1,
      request_returns: 0,
    })
    const [mail] = await rows(
      'SELECT o.*, s.email_key, s.invitation_mail_id, m.role FROM outbox o JOIN staff s ON s.id = o.staff_id JOIN memberships m ON m.staff_id = s.id AND m.tenant_id = o.tenant_id',
    )
    expect(mail).toMatchObject({
      kind: 'staff-invitation',
      to_email: 'Jo@Alder.example',
      email_key: 'jo@alder.example',
      role: 'owner',
      state: 'queued',
      due_at: NOW,
      expires_at: NOW + 72 * HOUR,
    })
    expect(mail?.invitation_mail_id).toBe(mail?.id)
    expect(JSON.parse(String(mail?.data))).toMatchObject({ company: 'Alder & Co', address: 'http://app.stockflow.localhost:8787', expiresAt: NOW + 72 * HOUR })
  })

  test('is made once, however often it is asked for', async () => {
    expect(await createTenant(env, ALDER, NOW + 1)).toBe('there')
    expect(await count("tenants WHERE slug = 'alder'")).toBe(1)
    expect(await count('outbox')).toBe(1)
  })

  test('gets a new link when the old one has run out unused', async () => {
    expect(await createTenant(env, ALDER, NOW + 73 * HOUR)).toBe('mailed-again')
    const [newest] = await rows('SELECT id FROM outbox ORDER BY created_at DESC')
    expect(await rows('SELECT invitation_mail_id FROM staff')).toEqual([{ invitation_mail_id: newest?.id }])
    expect(await createTenant(env, ALDER, NOW + 74 * HOUR)).toBe('there')
    await env.DB.prepare("UPDATE outbox SET state = 'failed' WHERE id = ?").bind(newest?.id).run()
    expect(await createTenant(env, ALDER, NOW + 75 * HOUR)).toBe('mailed-again')
  })

  test('leaves a slug to whoever has it', async () => {
    const before = await count('tenants')
    expect(await createTenant(env, { ...ALDER, ownerEmail: 'ed@alder.example' }, NOW)).toBe('taken')
    expect(await count('tenants')).toBe(before)
    expect(await count("staff WHERE email_key = 'ed@alder.example'")).toBe(0)
  })

  test('is served no more, and again, and stays', async () => {
    const disabled = () => rows("SELECT disabled_at FROM tenants WHERE slug = 'alder'")
    expect(await switchTenant(env, 'alder', false, NOW)).toBe(true)
    expect(await switchTenant(env, 'alder', false, NOW + 9)).toBe(true)
    expect(await disabled()).toEqual([{ disabled_at: NOW }])
    expect(await switchTenant(env, 'alder', true, NOW)).toBe(true)
    expect(await disabled()).toEqual([{ disabled_at: null }])
    expect(await switchTenant(env, 'nobody', false, NOW)).toBe(false)
  })

  test('takes a person who works for another company already', async () => {
    expect(await createTenant(env, { ...ALDER, slug: 'birch', name: 'Birch' }, NOW)).toBe('made')
    expect(await count("staff WHERE email_key = 'jo@alder.example'")).toBe(1)
    expect(await count('memberships')).toBe(2)
    // Of another company only.
    expect(await createTenant(env, { ...ALDER, slug: 'cedar', name: 'Cedar', ownerEmail: 'cy@cedar.example' }, NOW)).toBe('made')
    expect(await createTenant(env, { ...ALDER, slug: 'cedar' }, NOW)).toBe('taken')
  })

  test.each([
    ['a reserved slug', { slug: 'app' }, '--slug'],
    ['a slug that is no host name', { slug: 'alder_co' }, '--slug'],
    ['a name of nothing', { name: '' }, '--name'],
    ['a name with a line break', { name: 'Alder\r\nBcc: x' }, '--name'],
    ['an address that is none', { ownerEmail: 'jo@alder' }, '--owner-email'],
    ['a time zone that is none', { timeZone: 'Mars/Olympus' }, '--time-zone'],
    ['a currency that is none', { currency: 'EUX' }, '--currency'],
    ['a currency in small letters', { currency: 'eur' }, '--currency'],
    ['a locale that is none', { locale: 'no such thing' }, '--locale'],
  ])('refuses %s', (_, change, option) => {
    expect(problemsOf(ALDER)).toEqual([])
    expect(problemsOf({ ...ALDER, ...change })).toEqual([expect.stringContaining(option)])
  })
})

describe('the demo company', () => {
  test('is made whole, or not at all', async () => {
    const before = await count('tenants')
    // The last thing that is written fails.
    await env.DB.exec("CREATE TRIGGER fails BEFORE INSERT ON activity BEGIN SELECT RAISE(ABORT, 'not today'); END")
    await expect(makeDemo(env, NOW)).rejects.toThrow('not today')
    await env.DB.exec('DROP TRIGGER fails')
    expect([await count('tenants'), await count('clients')]).toEqual([before, 0])
    expect(await makeDemo(env, NOW)).toBe(true)
    expect(await makeDemo(env, NOW)).toBe(false)
    expect(glance(state, SLUG)).toEqual({ migrated: true, hasCompany: true })
  })

  test('looks real: three years up to today, in every state', async () => {
    expect(await count('clients')).toBe(60)
    expect(await count('orders')).toBeGreaterThan(1500)
    const [span] = await rows(
      'SELECT min(order_date) AS first, max(order_date) AS last, count(DISTINCT status) AS statuses, count(DISTINCT currency) AS currencies FROM orders',
    )
    expect(span).toMatchObject({ statuses: 5, currencies: 2 })
    expect(String(span?.first) < '2023-06-01' && String(span?.last) > '2026-05-05' && String(span?.last) <= '2026-05-12').toBe(true)
    expect((await rows('SELECT DISTINCT portal_state FROM clients ORDER BY 1')).map((row) => row.portal_state)).toEqual([
      'active',
      'disabled',
      'invited',
      'not-invited',
      'problem',
    ])
    expect(await count('(SELECT email_key FROM clients GROUP BY 1 HAVING email_key IS NOT NULL AND count(*) > 1)')).toBe(1)
    expect(
      await count(
        "accesses a JOIN portal_users u ON u.id = a.portal_user_id JOIN outbox o ON o.id = u.invitation_mail_id WHERE a.state = 'invited' AND o.state = 'sent' AND o.expires_at > ?",
        NOW,
      ),
    ).toBeGreaterThan(3)
  })

  test('has returns in every state, each with its lines and its story, and credit notes', async () => {
    expect((await rows('SELECT DISTINCT state FROM return_requests ORDER BY 1')).map((row) => row.state)).toEqual([...RETURN_STATES].sort())
    expect(await count('return_requests r WHERE NOT EXISTS (SELECT 1 FROM return_lines l WHERE l.return_id = r.id)')).toBe(0)
    expect(await count("return_requests r WHERE NOT EXISTS (SELECT 1 FROM activity a WHERE a.document_id = r.id AND a.event = 'return-submitted')")).toBe(0)
    // Nobody wants back more than came.
    expect(await count('return_lines l JOIN order_lines o ON o.order_id = l.order_id AND o.position = l.position WHERE l.quantity > o.quantity')).toBe(0)
    expect(await count('orders WHERE shipped_on > delivered_on OR order_date > shipped_on OR delivered_on > ?', '2026-05-12')).toBe(0)
    expect(await count('credit_notes')).toBeGreaterThan(5)
  })

  test('adds up: lines and taxes make the totals, and nobody pays tomorrow', async () => {
    // round() of SQLite is half away from zero.
    const lines =
      'SELECT sum(line_total + CAST(round(line_total * tax_rate / 100000.0) AS INTEGER)) FROM invoice_lines l WHERE l.tenant_id = i.tenant_id AND l.invoice_id = i.id'
    expect(await count(`invoices i WHERE total IS NOT (${lines})`)).toBe(0)
    expect(await count('orders o WHERE total IS NOT (SELECT sum(line_total) FROM order_lines l WHERE l.tenant_id = o.tenant_id AND l.order_id = o.id)')).toBe(0)
    expect(await count("invoice_lines WHERE line_total <> unit_price * quantity / 10000 AND sku <> ''")).toBe(0)
    expect(await count("payments WHERE paid_on > '2026-05-12'")).toBe(0)
    expect(await count('activity WHERE at > ?', NOW)).toBe(0)
  })

  test('has something of everything for the buyer, and the two known passwords', async () => {
    const open = 'invoices i JOIN clients c ON c.id = i.client_id WHERE c.email = ? AND i.open > 0 AND i.due_date'
    expect(await count(`${open} < '2026-05-12'`, BUYER.email)).toBeGreaterThan(0)
    expect(await count(`${open} >= '2026-05-12'`, BUYER.email)).toBeGreaterThan(0)
    expect(await count(`${open} IS NOT NULL AND i.open < i.total`, BUYER.email)).toBeGreaterThan(0)
    const [buyer] = await rows('SELECT password_hash, name FROM portal_users WHERE email = ?', BUYER.email)
    const [owner] = await rows('SELECT password_hash FROM staff WHERE email = ?', OWNER.email)
    expect(buyer?.name).toBe(BUYER.name)
    expect(await verifyPassword(BUYER.password, String(buyer?.password_hash))).toBe(true)
    expect(await verifyPassword(OWNER.password, String(owner?.password_hash))).toBe(true)
  })

  test('is never made elsewhere', async () => {
    await expect(makeDemo({ ...env, BASE_DOMAIN: 'portal.example' }, NOW)).rejects.toThrow('this machine only')
  })
})
