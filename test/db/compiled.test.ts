import { env } from 'cloudflare:workers'
import { eq, gt, sql } from 'drizzle-orm'
import { beforeAll, describe, expect, it } from 'vitest'
import { type ClientDoor, forClient } from '#src/db/client-door.ts'
import type { ClientWho } from '#src/db/client-gate.ts'
import { compiled, compiledOne } from '#src/db/compiled.ts'
import { forTenant, type TenantDoor } from '#src/db/door.ts'
import { clients } from '#src/db/schema/clients.ts'
import { invoices } from '#src/db/schema/invoices.ts'
import { Counted } from '#src/db/statement.ts'
import { makeCast, type Person, signedInAs } from '#test/cast.ts'

let cast: Awaited<ReturnType<typeof makeCast>>
beforeAll(async () => {
  cast = await makeCast()
})

const doorFor = async (person: Person, company: { tenantId: string; slug: string }, more: Partial<ClientWho> = {}) => {
  const { sessionId } = await signedInAs(person)
  const now = Date.now()
  const who = { tenantId: company.tenantId, site: { slug: company.slug }, sessionId, portalUserId: person.portalUserId, clientId: person.clientId }
  return forClient(env, { ...who, timeZone: 'UTC', writtenAt: now, now, ...more })
}

describe('statements that are made once', () => {
  it('see what the door sees that they are filled in for, and nothing of the one they were made with', async () => {
    let made = 0
    const all = compiled((door: ClientDoor, most: number) => {
      made++
      return { own: door.read(clients), invoices: door.pick(invoices, { number: invoices.number }, { where: gt(invoices.total, -1), limit: most }) }
    })
    for (const [person, company] of [
      [cast.ada, cast.ours],
      [cast.ben, cast.ours],
      [cast.cleo, cast.theirs],
      [cast.ada, cast.ours],
    ] as const) {
      const door = await doorFor(person, company)
      const rows = await door.run(all(door, 5))
      expect(rows.own.map(({ id }) => id)).toEqual([person.clientId])
      expect(rows.invoices).toHaveLength(1)
      expect((await door.run(all(door, 0))).invoices).toEqual([])
    }
    expect(made).toBe(1)
  })

  it('let nobody write whose session is over', async () => {
    const call = compiledOne((door: ClientDoor, phone: string) => door.update(clients, { phone }, sql`true`))
    const door = await doorFor(cast.ben, cast.ours)
    expect(await door.run({ changed: call(door, '1') })).toEqual({ changed: 1 })
    await env.DB.prepare('UPDATE portal_sessions SET ended_at = 1 WHERE id = ?').bind(door.who.sessionId).run()
    expect(await door.run({ changed: call(door, '2') })).toEqual({ changed: 0 })
    const elsewhere = await doorFor(cast.ben, cast.ours, { site: { slug: cast.theirs.slug } })
    expect(await elsewhere.run({ changed: call(elsewhere, '3') })).toEqual({ changed: 0 })
    const named = await doorFor(cast.ben, cast.ours, { site: { hostname: 'portal.nobody.example' } })
    expect(await named.run({ changed: call(named, '4') })).toEqual({ changed: 0 })
    const { results } = await env.DB.prepare('SELECT phone FROM clients WHERE id = ?').bind(cast.ben.clientId).all()
    expect(results).toEqual([{ phone: '1' }])
  })

  it('are made anew for another kind of door', async () => {
    const one = compiledOne((door: TenantDoor, id: string) => door.pick(clients, { id: clients.id }, { where: eq(clients.id, id) }))
    const [own, company] = [await doorFor(cast.ada, cast.ours), forTenant(env, cast.ours.tenantId)]
    expect((await company.run({ rows: one(company, cast.ben.clientId) })).rows).toHaveLength(1)
    expect((await own.run({ rows: one(own, cast.ben.clientId) })).rows).toEqual([])
    expect((await company.run({ rows: one(company, cast.cleo.clientId) })).rows).toEqual([])
  })
})

it('counts once, however often it is filled in', () => {
  const count = compiledOne((door: TenantDoor, key: string) => new Counted(sql`SELECT ${door.tenantId} AS tenant, ${key} AS key`, (row) => row))
  const one = count(forTenant(env, cast.ours.tenantId), 'a')
  expect(one).toBeInstanceOf(Counted)
  expect(one.query.params).toEqual([cast.ours.tenantId, 'a'])
})

describe('a value that isn’t known yet', () => {
  const door = () => forTenant(env, cast.ours.tenantId)

  it.each<[string, (at: number) => unknown]>([
    ['counted with', (at) => at - 1],
    ['written into a text', (at) => `-${at} days`],
    ['compared', (at) => at > 3],
  ])('can’t be %s', (_, look) => {
    const read = compiledOne((own: TenantDoor, at: number) => own.pick(clients, { id: clients.id }, { where: sql`${look(at)}` }))
    expect(() => read(door(), 5)).toThrow('was looked at')
  })

  it('has to come', () => {
    const read = compiledOne((own: TenantDoor, id: string) => own.pick(clients, { id: clients.id }, { where: eq(clients.id, id) }))
    expect(() => read(door(), undefined as unknown as string)).toThrow('nothing was given')
  })
})
