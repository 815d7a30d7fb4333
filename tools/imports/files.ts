/** Books of any size, as CSV files: a client for each hundred invoices, five lines an invoice, some rows that are no good. */

export type Files = { name: string; bytes: Uint8Array }[]

const LINES_EACH = 5
const INVOICES_EACH = 100
/** One invoice in so many doesn't add up, and one line in so many is no line. */
const WRONG_EVERY = 997

const day = (i: number) => new Date(Date.UTC(2020, 0, 1) + (i % 2000) * 86_400_000).toISOString().slice(0, 10)
const cents = (amount: number) => `${Math.floor(amount / 100)}.${String(amount % 100).padStart(2, '0')}`

export const makeFiles = (lines: number): Files => {
  const invoices = Math.ceil(lines / LINES_EACH)
  const clients = Math.ceil(invoices / INVOICES_EACH)
  const [clientRows, invoiceRows, lineRows] = [
    ['external_id,name,email,phone,status,currency,credit_limit,address1,address2,city,region,postal_code,country'],
    ['external_id,client_external_id,order_external_id,number,issue_date,due_date,status,currency,total'],
    ['invoice_external_id,position,sku,description,quantity,unit_price,tax_percent,line_total'],
  ]
  for (let i = 0; i < clients; i++) clientRows.push(`C-${i},Client No. ${i},client-${i}@imports.example,,active,EUR,,Street ${i},,Town,,${10_000 + i},Germany`)
  for (let i = 0; i < invoices; i++) {
    let total = 0
    for (let position = 1; position <= LINES_EACH; position++) {
      const [quantity, price] = [1 + ((i * 7 + position) % 9), 100 + ((i * 31 + position * 17) % 9_900)]
      const net = quantity * price
      total += net + Math.round(net * 0.2)
      const isWrong = (i * LINES_EACH + position) % WRONG_EVERY === 0
      lineRows.push(
        `I-${i},${position},SKU-${(i + position) % 5000},Goods of the kind no. ${(i * 13 + position) % 100_000} in a box,${isWrong ? 'many' : quantity},${cents(price)},20,${cents(net)}`,
      )
    }
    invoiceRows.push(`I-${i},C-${i % clients},,INV-${100_000 + i},${day(i)},${day(i + 30)},open,EUR,${cents(total + (i % WRONG_EVERY === 1 ? 100 : 0))}`)
  }
  const file = (name: string, rows: string[]) => ({ name: `${name}.csv`, bytes: new TextEncoder().encode(`${rows.join('\n')}\n`) })
  return [file('clients', clientRows), file('invoices', invoiceRows), file('lines', lineRows)]
}
