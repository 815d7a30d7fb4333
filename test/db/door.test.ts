import { env } from 'cloudflare:workers'
import { eq, sql } from 'drizzle-orm'
import { beforeAll, describe, expect, it } from 'vitest'
import { forClient } from '#src/db/client-door.ts'
import { clients } from '#src/db/schema/clients.ts'
import { invoiceLines, invoices } from '#src/db/schema/invoices.ts'
import { companyProfiles } from '#src/db/schema/tenants.ts'
import { builder, Read, runBatch, selection } from '#src/db/statement.ts'
import { newId } from '#src/ids.ts'
import { makeCast, signedInAs } from '#test/cast.ts'

let cast: Awaited<ReturnType<typeof makeCast>>
beforeAll(async () => {
  cast = await makeCast()
})

const ANYTHING = sql`false OR true`
const doorOf = async () => {
  const { sessionId } = await signedInAs(cast.ada)
  const { tenantId, slug } = cast.ours
  return forClient(env, {
    tenantId,
    site: { slug },
    sessionId,
    portalUserId: cast.ada.portalUserId,
    clientId: cast.ada.clientId,
    timeZone: 'UTC',
    writtenAt: Date.now(),
    now: Date.now(),
  })
}

describe('an OR in a condition doesn’t reach past the tenant', () => {
  it('in what is read', async () => {
    const { door } = cast.ours
    const rows = await door.run({
      clients: door.read(clients, { where: ANYTHING }),
      joined: door.pick(clients, { id: clients.id, number: invoices.number }, { left: [{ table: invoices, on: ANYTHING }] }),
      plucked: door.read(clients, { where: sql`${clients.id} IN ${door.pluck(clients, clients.id, { where: ANYTHING })}` }),
      none: door.read(clients, { where: door.exists(clients, sql`${clients.name} = 'Cleocraft' OR ${clients.name} = 'Cleocraft'`) }),
    })
    expect(rows.clients.map(({ name }) => name).sort()).toEqual(['Adaworks', 'Benbuild'])
    expect(new Set(rows.joined.map(({ number }) => number))).toEqual(new Set(['INV-Adaworks', 'INV-Benbuild']))
    expect(rows.plucked).toHaveLength(2)
    expect(rows.none).toEqual([])
  })

  it('in what is written', async () => {
    const { door, tenantId } = cast.ours
    await door.run({ phones: door.update(clients, { phone: 'ours' }, ANYTHING) })
    const { results } = await env.DB.prepare(`SELECT DISTINCT tenant_id FROM clients WHERE phone = 'ours'`).all()
    expect(results).toEqual([{ tenant_id: tenantId }])
  })

  it('nor past the client, nor the gate', async () => {
    const door = await doorOf()
    const seen = await door.run({ invoices: door.read(invoices, { where: ANYTHING }) })
    expect(seen.invoices.map(({ number }) => number)).toEqual(['INV-Adaworks'])
    await env.DB.prepare('UPDATE portal_sessions SET ended_at = 1 WHERE id = ?').bind(door.who.sessionId).run()
    expect(await door.run({ changed: door.update(clients, { phone: 'x' }, ANYTHING) })).toEqual({ changed: 0 })
  })
})

it('lines are reached through a document of the client’s own alone', async () => {
  const door = await doorOf()
  const lines = async (id: string) => (await door.run({ lines: door.readOf(invoices, id, invoiceLines, invoiceLines.invoiceId) })).lines
  expect(await lines(cast.ada.invoiceId)).toHaveLength(1)
  for (const id of [cast.ben.invoiceId, cast.cleo.invoiceId, newId()]) expect(await lines(id)).toEqual([])
})

it('a table that knows no clients is closed to a client’s door', async () => {
  const door = await doorOf()
  expect(() => door.read(companyProfiles)).toThrow('not a client’s table'.replace('’', "'"))
})

it('a statement by hand must name its tenant', () => {
  const { door, tenantId } = cast.ours
  expect(() => door.write(sql`DELETE FROM clients`)).toThrow('without')
  expect(() => door.write(sql`DELETE FROM clients WHERE tenant_id = ${'other'}`)).toThrow('without')
  expect(() => door.write(sql`DELETE FROM clients WHERE tenant_id = ${tenantId}`)).not.toThrow()
})

it('two columns of one name don’t shift what follows them, and a missing one is an error', async () => {
  const { fields, decode } = selection({ client: clients.id, invoice: invoices.id, number: invoices.number, clientName: clients.name })
  const query = builder.select(fields).from(clients).innerJoin(invoices, eq(invoices.clientId, clients.id)).where(eq(clients.id, cast.ada.clientId))
  const { rows } = await runBatch(env.DB, { rows: new Read(query, decode) })
  expect(rows).toEqual([{ client: cast.ada.clientId, invoice: cast.ada.invoiceId, number: 'INV-Adaworks', clientName: 'Adaworks' }])
  // The same without names of their own: D1 answers one "id" for two, and it shows.
  const bare = builder.select({ client: clients.id, invoice: invoices.id }).from(clients).innerJoin(invoices, eq(invoices.clientId, clients.id))
  await expect(runBatch(env.DB, { rows: new Read(bare, decode) })).rejects.toThrow('came back without client')
})
