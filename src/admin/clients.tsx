import { Hono } from 'hono'
import { balanceColumns, balancesIn } from '#src/billing/balance.ts'
import { type ClientFilter, clientCountRead, clientCountsRead } from '#src/clients/client.ts'
import { type ClientList, clientCursor, clientCursorOf, clientListRead } from '#src/clients/list.ts'
import type { PlainDate } from '#src/dates.ts'
import { compiled } from '#src/db/compiled.ts'
import { pageOf } from '#src/db/paging.ts'
import type { StaffDoor } from '#src/db/staff-door.ts'
import { wantsFragment } from '#src/guards.ts'
import { isNarrowed } from '#views/admin/client-filters.tsx'
import { ClientResults, ClientsPage } from '#views/admin/clients.tsx'
import type { StaffEnv } from './app-env.ts'
import { filterOf, idsOf, selectOf, sortOf } from './client-filter.ts'

const PAGE_SIZE = 50

const pageReads = (door: StaffDoor, today: PlainDate, list: ClientList, found: ClientFilter | undefined) => ({
  clients: clientListRead(door, list, balanceColumns(door, today)),
  counts: clientCountsRead(door),
  // The chips' counts know nothing of a search: all that it finds are counted only where somebody wants them all.
  found: clientCountRead(door, found),
})
/** As most look at it: from the top, and all of it. */
const wholeListReads = compiled((door: StaffDoor, today: PlainDate) => pageReads(door, today, { filter: {}, size: PAGE_SIZE }, undefined))

export const clientsPage = new Hono<StaffEnv>().get('/', async (c) => {
  const { door, link } = c.var
  const query = c.req.query()
  const [filter, sort] = [filterOf(query), sortOf(query)]
  const cursor = clientCursorOf(sort, query.after)
  const list = { filter, sort, size: PAGE_SIZE, cursor }
  const mode = selectOf(query)
  const isWhole = !cursor && sort === 'name' && !isNarrowed(filter)
  const { shell, clients, counts, found } = await door.page((today) =>
    isWhole ? wholeListReads(door, today) : pageReads(door, today, list, mode === 'all' && filter.q ? filter : undefined),
  )
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
    clients: rows.map((row) => ({ ...row, balances: balancesIn(row) })),
  }
  return c.html(wantsFragment(c) ? <ClientResults {...props} /> : <ClientsPage {...props} />)
})
