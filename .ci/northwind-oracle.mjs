/**
 * What the client profiles have to show after the Northwind files were imported, worked out from the files alone.
 * Shares no code with the product, its CSV reader included: an error there must not be able to repeat itself here.
 *
 *   node .ci/northwind-oracle.mjs 2026-11-25
 *
 * Takes the day that is today in the company's time zone (else: today in UTC) and prints JSON:
 *   checks   the files against the table in the data's README: { what, expected, seen }
 *   files    { name, kind, rows }
 *   clients  { code, name, figures }; a figure is named as on the page, with its currency if it has one. Amounts in cents.
 * The data stands in ../shared/data/northwind, or where NORTHWIND says. What is missing or can't be understood ends it with 1.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const FOLDER = process.env.NORTHWIND || join(import.meta.dirname, '../../shared/data/northwind')
const TODAY = process.argv[2] ?? new Date().toISOString().slice(0, 10)
const KINDS = ['clients', 'orders', 'order_lines', 'invoices', 'invoice_lines', 'payments']
const ORDER_STATES = ['draft', 'confirmed', 'shipped', 'delivered', 'cancelled']
const INVOICE_STATES = ['draft', 'open', 'void']

const need = (condition, complaint) => {
  if (!condition) throw new Error(complaint)
}

/** RFC 4180: a field is bare, or in quotes that double the quotes within it. */
const cellsOf = (text) => {
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/y
  const rows = [[]]
  while (field.lastIndex < text.length) {
    const at = field.lastIndex
    const found = field.exec(text)
    need(found, `no CSV from character ${at} on: ${text.slice(at, at + 40)}`)
    const [, quoted, bare, end] = found
    rows.at(-1).push(quoted === undefined ? bare : quoted.replaceAll('""', '"'))
    // A comma at the very end of the text leaves one more, empty field.
    if (end === ',' && field.lastIndex === text.length) rows.at(-1).push('')
    if (end !== ',' && field.lastIndex < text.length) rows.push([])
  }
  return rows
}

const tableOf = (kind) => {
  const text = new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(join(FOLDER, `${kind}.csv`)))
  const [headings, ...rows] = cellsOf(text)
  const table = rows.map((cells, index) => {
    need(cells.length === headings.length, `${kind}.csv: row ${index + 1} has ${cells.length} fields instead of ${headings.length}`)
    return Object.fromEntries(headings.map((heading, column) => [heading, cells[column]]))
  })
  const ids = new Set(table.map(({ external_id }) => external_id))
  need(ids.size === table.length && !ids.has('') && !ids.has(undefined), `${kind}.csv: external_id is not unique in every row`)
  return table
}

const centsOf = (text) => {
  need(/^-?\d+\.\d\d$/.test(text), `not an amount with two places: “${text}”`)
  return BigInt(text.replace('.', ''))
}

const dayOf = (text) => {
  need(/^\d{4}-\d\d-\d\d$/.test(text), `not a day: “${text}”`)
  return text
}

const sum = (amounts) => amounts.reduce((total, amount) => total + amount, 0n)

/** Rows and sums as the README tells them: a file that is missing, cut off or altered must not pass for the whole. */
const readmeChecks = (tables) => {
  const readme = readFileSync(join(FOLDER, 'README.md'), 'utf8')
  const told = [...readme.matchAll(/^\| (\w+)\.csv \| ([\d,]+) \| (\w+) \| ([\d,]+\.\d\d) \|$/gm)].map(([, ...cells]) => cells)
  need(told.length === KINDS.length && KINDS.every((kind) => told.some(([name]) => name === kind)), 'README.md has no row for each of the six files')
  return told.flatMap(([kind, rows, column, total]) => {
    const seen = sum(tables[kind].map((row) => (column === 'credit_limit' && row[column] === '' ? 0n : centsOf(row[column]))))
    return [
      { what: `${kind}.csv: rows`, expected: rows.replaceAll(',', ''), seen: String(tables[kind].length) },
      { what: `${kind}.csv: sum of ${column} in cents`, expected: String(centsOf(total.replaceAll(',', ''))), seen: String(seen) },
    ]
  })
}

/** What these figures take for granted. Where it doesn't hold, they would be guesses. */
const needSound = ({ clients, orders, invoices, payments }) => {
  const codes = new Set(clients.map(({ external_id }) => external_id))
  for (const row of [...orders, ...invoices, ...payments]) need(codes.has(row.client_external_id), `${row.external_id} belongs to no client of clients.csv`)
  for (const { external_id, status } of orders) need(ORDER_STATES.includes(status), `order ${external_id} is “${status}”`)
  for (const { external_id, status } of invoices) need(INVOICE_STATES.includes(status), `invoice ${external_id} is “${status}”`)
  const invoiceById = new Map(invoices.map((invoice) => [invoice.external_id, invoice]))
  for (const { external_id, invoice_external_id: named, client_external_id, currency } of payments) {
    const invoice = invoiceById.get(named)
    need(named === '' || invoice, `payment ${external_id} names the unknown invoice ${named}`)
    const isOwn = !invoice || (invoice.client_external_id === client_external_id && invoice.currency === currency)
    need(isOwn, `payment ${external_id} is not by the client or in the currency of ${named}`)
  }
}

/** What is left of each invoice: its total if it is issued, less every payment that names it, whatever the invoice's state. */
const restsOf = (invoices, payments) =>
  invoices.map(({ external_id, status, currency, due_date, total }) => {
    const paid = sum(payments.filter(({ invoice_external_id }) => invoice_external_id === external_id).map(({ amount }) => centsOf(amount)))
    return { currency, rest: (status === 'open' ? centsOf(total) : 0n) - paid, isDue: due_date !== '' && dayOf(due_date) < TODAY }
  })

const balanceFigures = (currency, rests, payments) => {
  const onAccount = payments.filter((payment) => payment.currency === currency && payment.invoice_external_id === '').map(({ amount }) => centsOf(amount))
  const own = rests.filter((each) => each.currency === currency)
  const overdue = own.filter(({ rest, isDue }) => rest > 0n && isDue)
  return {
    outstanding: sum(own.map(({ rest }) => rest)) - sum(onAccount),
    overdue: sum(overdue.map(({ rest }) => rest)),
    overdueCount: overdue.length,
  }
}

const figuresOf = (client, all) => {
  const ofClient = ({ client_external_id }) => client_external_id === client.external_id
  const [orders, invoices, payments] = [all.orders.filter(ofClient), all.invoices.filter(ofClient), all.payments.filter(ofClient)]
  const rests = restsOf(invoices, payments)
  const days = orders.filter(({ status }) => status !== 'draft' && status !== 'cancelled').map(({ order_date }) => dayOf(order_date))
  const figures = {
    'order-count': String(orders.length),
    'invoice-count': String(invoices.length),
    'payment-count': String(payments.length),
    'last-order-date': days.sort().at(-1) ?? '',
  }
  for (const currency of new Set([client.currency, ...[...invoices, ...payments].map((row) => row.currency)])) {
    const { outstanding, overdue, overdueCount } = balanceFigures(currency, rests, payments)
    // The client's own currency is always shown, others only while something stands in them.
    if (currency !== client.currency && outstanding === 0n && overdue === 0n) continue
    figures[`outstanding-balance ${currency}`] = String(outstanding)
    figures[`overdue-amount ${currency}`] = String(overdue)
    figures[`overdue-count ${currency}`] = String(overdueCount)
  }
  return figures
}

const tables = Object.fromEntries(KINDS.map((kind) => [kind, tableOf(kind)]))
needSound(tables)
dayOf(TODAY)
console.log(
  JSON.stringify({
    checks: readmeChecks(tables),
    files: KINDS.map((kind) => ({ name: `${kind}.csv`, kind, rows: tables[kind].length })),
    clients: tables.clients.map((client) => ({ code: client.external_id, name: client.name, figures: figuresOf(client, tables) })),
  }),
)
