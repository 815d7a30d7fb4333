import { inArray, sql } from 'drizzle-orm'
import { Hono } from 'hono'
import { balanceReads, balancesOf } from '#src/billing/balance.ts'
import { clientCountRead, clientCountsRead } from '#src/clients/client.ts'
import { clientCursor, clientCursorOf, clientIdsOfPage, clientListRead } from '#src/clients/list.ts'
import { pageOf } from '#src/db/paging.ts'
import { wantsFragment } from '#src/guards.ts'
import { ClientResults, ClientsPage } from '#views/admin/clients.tsx'
import type { StaffEnv } from './app-env.ts'
import { filterOf, idsOf, selectOf, sortOf } from './client-filter.ts'

const PAGE_SIZE = 50

export const clientsPage = new Hono<StaffEnv>().get('/', async (c) => {
  const { door, link } = c.var
  const query = c.req.query()
  const [filter, sort] = [filterOf(query), sortOf(query)]
  const cursor = clientCursorOf(sort, query.after)
  const list = { filter, sort, size: PAGE_SIZE, cursor }
  const mode = selectOf(query)
  const { shell, clients, counts, found, ...money } = await door.page((today) => ({
    clients: clientListRead(door, list),
    counts: clientCountsRead(door),
    // The chips' counts know nothing of a search: all that it finds are counted only where somebody wants them all.
    found: clientCountRead(door, mode === 'all' && filter.q ? filter : undefined),
    ...balanceReads(door, today, (column) => inArray(column, sql`${clientIdsOfPage(door, list)}`)),
  }))
  const { rows, next } = pageOf(clients, PAGE_SIZE, clientCursor(sort))
  const props = {
    shell,
    link,
    filter,
    sort,
    counts,
    found: found[0]?.count,
    next,
    after: cursor && query.after,
    selection: { mode, ids: idsOf(c.req.queries('id') ?? []) },
    clients: rows.map((row) => ({ ...row, balances: balancesOf(money, row) })),
  }
  return c.html(wantsFragment(c) ? <ClientResults {...props} /> : <ClientsPage {...props} />)
})
