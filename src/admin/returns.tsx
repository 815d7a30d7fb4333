import { type Context, Hono } from 'hono'
import { balanceReads, balancesOf } from '#src/billing/balance.ts'
import { clientOf, clientRead, passing } from '#src/clients/client.ts'
import { cursorOf, pageOf } from '#src/db/paging.ts'
import { clients } from '#src/db/schema/clients.ts'
import { csvResponse } from '#src/documents/response.ts'
import { csvHead, csvRows } from '#src/returns/csv.ts'
import { photoAnswer, sentPhotoRead } from '#src/returns/photos.ts'
import {
  besidesReads,
  type ReturnFilter,
  returnClient,
  returnCursor,
  returnIds,
  returnLinesOf,
  returnList,
  returnOf,
  staffReturnReads,
} from '#src/returns/request.ts'
import { ReturnPage } from '#views/admin/return.tsx'
import type { ReturnForm } from '#views/admin/return-props.ts'
import { ReturnsPage } from '#views/admin/returns.tsx'
import type { StaffEnv } from './app-env.ts'
import { type ReturnQuery, returnQueryOf, serialOf } from './return-filter.ts'

const PAGE_SIZE = 50

const filterOf = ({ var: { door } }: Context<StaffEnv>, { q, ...query }: ReturnQuery): ReturnFilter => {
  const serial = serialOf(q)
  return { ...query, ...(serial === undefined ? q && { among: door.pluck(clients, clients.id, { where: passing(door, { q }) }) } : { serial }) }
}

/** What staff see of returns; deciding about one is return-moves.tsx. */
export const returnPages = new Hono<StaffEnv>()
  .get('/', async (c) => {
    const { door, link, now } = c.var
    const query = returnQueryOf(c.req.query())
    const cursor = cursorOf(c.req.query('after'))
    const { shell, returns, client } = await door.page(() => ({
      returns: returnList(door, filterOf(c, query), now, PAGE_SIZE, cursor),
      client: clientRead(door, query.client ?? ''),
    }))
    const { rows, next } = pageOf(returns, PAGE_SIZE, returnCursor)
    return c.html(<ReturnsPage shell={shell} link={link} query={query} client={client[0]} returns={rows} next={next} isFirstPage={!cursor} />)
  })
  .get('/:id', async (c) => showReturn(c, c.req.param('id')))
  .get('/:id/photos/:photoId', async (c) => {
    const { door } = c.var
    const { id, photoId } = c.req.param()
    const { photo } = await door.page(() => ({ photo: sentPhotoRead(door, id, photoId) }))
    return photoAnswer(c.env, door.tenantId, id, photo)
  })

/** One request with what stands around it. @param form what a form brought back */
export const showReturn = async (c: Context<StaffEnv>, id: string, form?: ReturnForm, status: 200 | 409 | 422 = 200) => {
  const { door, link, now } = c.var
  const { shell, owner, others, year, yearOrders, balances, openInvoices, ...rows } = await door.page((today) => ({
    ...staffReturnReads(door, id),
    ...besidesReads(door, id, now),
    ...balanceReads(door, today, (column) => returnClient(door, id, column)),
  }))
  const request = returnOf(rows)
  const client = clientOf(owner)
  const besides = {
    others,
    returnsInYear: year[0]?.count ?? 0,
    ordersInYear: yearOrders[0]?.count ?? 0,
    balances: balancesOf({ balances, openInvoices }, client),
  }
  return c.html(<ReturnPage shell={shell} link={link} request={request} client={client} besides={besides} form={form} />, status)
}

const ROWS_AT_ONCE = 200

/** The list as a file, read page by page while it is sent. */
export const returnsFile = new Hono<StaffEnv>().get('/', async (c) => {
  const { door, now } = c.var
  const filter = filterOf(c, returnQueryOf(c.req.query()))
  const read = (after: Parameters<typeof returnIds>[4]) =>
    door.page(() => ({
      returns: returnList(door, filter, now, ROWS_AT_ONCE, after),
      lines: returnLinesOf(door, returnIds(door, filter, now, ROWS_AT_ONCE, after)),
    }))
  // The first page before anything is answered: the gate is in it.
  let page = await read(undefined)
  const { timeZone } = page.shell.company
  const instant = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' })
  async function* parts() {
    yield csvHead()
    while (true) {
      const { rows, next } = pageOf(page.returns, ROWS_AT_ONCE, returnCursor)
      yield csvRows(rows, page.lines, (at) => instant.format(at))
      if (next === undefined) return
      page = await read(cursorOf(next))
    }
  }
  return csvResponse(`returns-${page.shell.today}.csv`, parts())
})
