import { type Context, Hono } from 'hono'
import { todayIn } from '#src/dates.ts'
import { cursorOf, pageOf } from '#src/db/paging.ts'
import { clients } from '#src/db/schema/clients.ts'
import { addressOf, documentSenderOf } from '#src/documents/content.ts'
import { pdfResponse } from '#src/documents/response.ts'
import { slipFile } from '#src/documents/return-slip.ts'
import { NotFound } from '#src/errors.ts'
import { markdownText } from '#src/markdown.ts'
import { chosenOf, emptyReturn } from '#src/returns/form.ts'
import { MOST_PHOTOS, ownPhotoRead, photoAnswer } from '#src/returns/photos.ts'
import { ordersOf, ownReturns, returnCursor, returnOf, returnReads } from '#src/returns/request.ts'
import { type Chosen, daysOf, daysToReturn, goodsOf, goodsReads, ordersToReturn, whyNotOrder } from '#src/returns/returnable.ts'
import { instructionsIn, rulesOf } from '#src/returns/rules.ts'
import { isApproved } from '#src/returns/states.ts'
import { ReturnPage } from '#views/portal/return.tsx'
import { ChooseDayPage, ChooseOrderPage } from '#views/portal/return-choose.tsx'
import { ReturnItemsPage } from '#views/portal/return-items.tsx'
import { ReturnsPage } from '#views/portal/returns.tsx'
import type { ReadEnv } from './app-env.ts'

const PAGE_SIZE = 25

/** What a client sees of returns; asking for one is return-form.tsx. */
export const returnPages = new Hono<ReadEnv>()
  .get('/', async (c) => {
    const { door, link } = c.var
    const cursor = cursorOf(c.req.query('after'))
    const { shell, returns } = await door.page(() => ({ returns: ownReturns(door, PAGE_SIZE, cursor) }))
    if (!shell.toggles.requestReturns) throw new NotFound()
    const { rows, next } = pageOf(returns, PAGE_SIZE, returnCursor)
    return c.html(<ReturnsPage shell={shell} link={link} returns={rows} next={next} isFirstPage={!cursor} />)
  })
  .get('/new', (c) => {
    const chosen = chosenOf(c.req.query('order'), c.req.query('day'))
    return chosen ? itemsPage(c, chosen) : choicePage(c)
  })
  .get('/:id', async (c) => {
    const { door, link } = c.var
    const { shell, rules, ...rows } = await door.page(() => ({ ...returnReads(door, c.req.param('id')), rules: door.returnRules() }))
    if (!shell.toggles.requestReturns) throw new NotFound()
    const request = returnOf(rows)
    const instructions = instructionsIn(request.state, rules[0])
    const isNew = c.req.query('submitted') !== undefined
    return c.html(<ReturnPage shell={shell} link={link} request={request} instructions={instructions} isNew={isNew} mostPhotos={MOST_PHOTOS} />)
  })
  .get('/:id/photos/:photoId', async (c) => {
    const { door } = c.var
    const { id, photoId } = c.req.param()
    const { shell, photo } = await door.page(() => ({ photo: ownPhotoRead(door, id, photoId) }))
    if (!shell.toggles.requestReturns) throw new NotFound()
    return photoAnswer(c.env, door.tenantId, id, photo)
  })
  .get('/:id/slip.pdf', async (c) => {
    const { door } = c.var
    const id = c.req.param('id')
    const {
      shell,
      rules,
      clients: owner,
      company,
      ...rows
    } = await door.page(() => ({ ...returnReads(door, id), rules: door.returnRules(), clients: door.read(clients), company: door.company() }))
    const [[from], [to]] = [company, owner]
    const { requestReturns, downloadInvoices, orderHistory } = shell.toggles
    if (!requestReturns || !downloadInvoices || !from || !to) throw new NotFound()
    const request = returnOf(rows)
    if (!isApproved(request.state)) throw new NotFound()
    const file = await slipFile(c.env, door.tenantId, {
      number: request.number,
      askedOn: todayIn(shell.company.timeZone, request.createdAt),
      orders: orderHistory ? ordersOf(request) : [],
      company: documentSenderOf(from),
      client: { name: to.name, address: addressOf(to) },
      items: request.lines.flatMap(({ sku, description, reason, approved }) => (approved ? [{ sku, description, reason, quantity: approved }] : [])),
      instructions: markdownText(rules[0]?.returnInstructions ?? ''),
    })
    return pdfResponse(c.req.raw, file, `${request.number}.pdf`)
  })

/** Of an order, or of a day where the company shows no orders; without one, which it shall be. */
const choicePage = async (c: Context<ReadEnv>) => {
  const { door, link } = c.var
  const cursor = cursorOf(c.req.query('after'))
  const { shell, rules, orders, dayOrders, dayLines } = await door.page((today) => {
    const { orders: ofDays, lines } = daysToReturn(door, today)
    return { rules: door.returnRules(), orders: ordersToReturn(door, PAGE_SIZE, cursor), dayOrders: ofDays, dayLines: lines }
  })
  const [stored] = rules
  if (!shell.toggles.requestReturns || !stored) throw new NotFound()
  if (!shell.toggles.orderHistory) return c.html(<ChooseDayPage shell={shell} link={link} days={daysOf({ orders: dayOrders, lines: dayLines })} />)
  const { rows, next } = pageOf(orders, PAGE_SIZE, ({ orderDate, id }) => ({ key: orderDate, id }))
  const choices = rows.map((order) => ({
    ...order,
    whyNot: whyNotOrder(order, rulesOf(stored), shell.today) ?? (order.hasLeft === 1 ? null : { why: 'all-asked' as const }),
  }))
  return c.html(<ChooseOrderPage shell={shell} link={link} orders={choices} next={next} isFirstPage={!cursor} />)
}

const itemsPage = async (c: Context<ReadEnv>, chosen: Chosen) => {
  const { door, link } = c.var
  const { shell, rules, ...rows } = await door.page((today) => ({ ...goodsReads(door, chosen, today), rules: door.returnRules() }))
  const [stored] = rules
  const isOffered = shell.toggles.requestReturns && shell.toggles.orderHistory === 'order' in chosen
  if (!isOffered || !stored || rows.goodsOrders.length === 0) throw new NotFound()
  const goods = goodsOf(rows, rulesOf(stored), shell.today)
  return c.html(<ReturnItemsPage shell={shell} link={link} typed={emptyReturn(chosen)} goods={goods} reasons={rulesOf(stored).reasons} photos={[]} />)
}
