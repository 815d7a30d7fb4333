import { env } from 'cloudflare:workers'
import { parse } from 'csv-parse/sync'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { newId } from '#src/ids.ts'
import { askPortal, askStaff } from '#test/asking.ts'
import { makeClient, makeCompany, signedInAs, signedInStaff } from '#test/cast.ts'

/**
 * Which day it is decides what is late, and the company's own clock decides which day it is. Midnights as almanacs give
 * them, across both changes of the clocks of 2026; the instant before each and the instant itself.
 */
const MIDNIGHTS: [zone: string, day: string, instant: string][] = [
  ['Pacific/Auckland', '2026-01-15', '2026-01-14T11:00:00Z'],
  ['Pacific/Auckland', '2026-04-05', '2026-04-04T11:00:00Z'],
  ['Pacific/Auckland', '2026-04-06', '2026-04-05T12:00:00Z'],
  ['Pacific/Auckland', '2026-09-27', '2026-09-26T12:00:00Z'],
  ['Pacific/Auckland', '2026-09-28', '2026-09-27T11:00:00Z'],
  ['Europe/Berlin', '2026-03-29', '2026-03-28T23:00:00Z'],
  ['Europe/Berlin', '2026-03-30', '2026-03-29T22:00:00Z'],
  ['Europe/Berlin', '2026-10-25', '2026-10-24T22:00:00Z'],
  ['Europe/Berlin', '2026-10-26', '2026-10-25T23:00:00Z'],
  ['America/Los_Angeles', '2026-03-08', '2026-03-08T08:00:00Z'],
  ['America/Los_Angeles', '2026-03-09', '2026-03-09T07:00:00Z'],
  ['America/Los_Angeles', '2026-11-01', '2026-11-01T07:00:00Z'],
  ['America/Los_Angeles', '2026-11-02', '2026-11-02T08:00:00Z'],
]
/** The days around it, by the calendar alone. */
const beside = (day: string, by: number) => {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number)
  return new Date(Date.UTC(year, month - 1, date + by)).toISOString().slice(0, 10)
}

afterEach(() => {
  vi.useRealTimers()
})

describe.each(MIDNIGHTS)('%s, the midnight that begins %s', (zone, day, instant) => {
  it.each([
    ['an instant before it', -1, []],
    ['at it', 0, ['due yesterday']],
    ['a day after it, less an instant', 86_399_999 - 3_600_000, ['due yesterday']],
  ] as const)('%s', async (_, later, late) => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.parse(instant) + later })
    const company = await makeCompany(`Clock ${zone}`, {}, zone)
    const person = await makeClient(company, 'Dayworks')
    await env.DB.prepare(`UPDATE invoices SET state = 'void' WHERE id = ?`).bind(person.invoiceId).run()
    const due = { 'due yesterday': beside(day, -1), 'due today': day, 'due tomorrow': beside(day, 1) }
    for (const [i, [number, date]] of Object.entries(due).entries())
      await env.DB.prepare(
        `INSERT INTO invoices (tenant_id, id, client_id, external_id, number, issue_date, due_date, state, currency, total, created_at, updated_at) VALUES (?1, ?2, ?3, ?2, ?4, '2025-12-01', ?5, 'issued', 'EUR', ?6, 0, 0)`,
      )
        .bind(company.tenantId, newId(), person.clientId, number, date, 10 ** (i + 2))
        .run()
    const { cookie } = await signedInAs(person)
    const page = async (path: string) => (await askPortal(person, path, { cookie })).text()
    const amount = late.length > 0 ? 100 : 0

    const dashboard = await page('/')
    expect(/data-figure="overdue" data-currency="EUR" data-amount="(\d+)"/.exec(dashboard)?.[1] ?? '0').toBe(String(amount))
    expect(/data-figure="age-to30" data-currency="EUR" data-amount="(\d+)"/.exec(dashboard)?.[1] ?? '0').toBe(String(amount))
    const overdue = await page('/invoices?state=overdue')
    for (const number of Object.keys(due)) expect([number, overdue.includes(`>${number}</a>`)]).toEqual([number, (late as readonly string[]).includes(number)])
    const list = await page('/invoices')
    expect(list.match(/1 overdue/)?.length ?? 0).toBe(late.length)
    // In words: today's is due today on its own day, and tomorrow's tomorrow.
    expect(list).toContain(late.length > 0 ? 'due today' : 'due tomorrow')
    const file = parse(await page('/invoices.csv'), { bom: true, columns: true }) as Record<string, string>[]
    expect(file.filter(({ status }) => status === 'Overdue').map(({ number }) => number)).toEqual(late)
    const staff = await askStaff(`/clients/${person.clientId}`, { cookie: (await signedInStaff(company)).cookie })
    expect(/data-figure="overdue-amount" data-currency="EUR" data-amount="(\d+)"/.exec(await staff.text())?.[1]).toBe(String(amount))
  })
})
