import { inArray, sql } from 'drizzle-orm'
import { Hono } from 'hono'
import { balanceReads, balancesOf } from '#src/billing/balance.ts'
import { type ClientFilter, clientIdsOfPage, clientListReads } from '#src/clients/client.ts'
import { cursorOf, pageOf } from '#src/db/paging.ts'
import { PORTAL_STATES } from '#src/db/schema/clients.ts'
import { wantsFragment } from '#src/guards.ts'
import { ClientResults, ClientsPage } from '#views/admin/clients.tsx'
import type { StaffEnv } from './app-env.ts'

const PAGE_SIZE = 50

const oneOf = <T extends string>(values: readonly T[], value: string | undefined): T | undefined => values.find((known) => known === value)

const filterOf = (query: Record<string, string>): ClientFilter => ({
  q: query.q?.trim().slice(0, 200) || undefined,
  status: oneOf(['active', 'inactive'], query.status),
  email: oneOf(['yes', 'no'], query.email),
  portal: oneOf(PORTAL_STATES, query.portal),
})

export const clientsPage = new Hono<StaffEnv>().get('/', async (c) => {
  const { door, link } = c.var
  const filter = filterOf(c.req.query())
  const cursor = cursorOf(c.req.query('after'))
  const { shell, clients, counts, ...money } = await door.page((today) => ({
    ...clientListReads(door, filter, PAGE_SIZE, cursor),
    ...balanceReads(door, today, (column) => inArray(column, sql`${clientIdsOfPage(door, filter, PAGE_SIZE, cursor)}`)),
  }))
  const { rows, next } = pageOf(clients, PAGE_SIZE, ({ nameKey, id }) => ({ key: nameKey, id }))
  const props = {
    shell,
    link,
    filter,
    counts,
    next,
    isFirstPage: !cursor,
    clients: rows.map(({ id, code, name, email, status, portalState, currency }) => ({
      id,
      code,
      name,
      email,
      status,
      portalState,
      balances: balancesOf(money, { id, currency }),
    })),
  }
  return c.html(wantsFragment(c) ? <ClientResults {...props} /> : <ClientsPage {...props} />)
})
