import { and, eq, type SQL, sql } from 'drizzle-orm'
import type { PlainDate } from '#src/dates.ts'
import type { TenantDoor } from '#src/db/door.ts'
import { clientBalances, clients } from '#src/db/schema/clients.ts'
import { invoices } from '#src/db/schema/invoices.ts'
import { IS_OPEN } from './invoice.ts'

/** What a client owes in one currency, in minor units. */
export type Balance = {
  currency: string
  /** Below zero the client is in credit. */
  outstanding: number
  /** What is open on overdue invoices, and on how many. */
  overdue: number
  overdueCount: number
  /** What was overpaid, paid on account or credited without an invoice: it is taken off already. */
  credit: number
}

/**
 * Statements for the balances of the clients that a condition picks; the condition is made for each table's client column.
 * Reads one row a currency and the open invoices, never the history.
 */
export const balanceReads = (
  door: TenantDoor,
  today: PlainDate,
  clientsOf: (column: typeof clientBalances.clientId | typeof invoices.clientId) => SQL | undefined,
) => ({
  balances: door.read(clientBalances, { where: clientsOf(clientBalances.clientId) }),
  openInvoices: door.pick(
    invoices,
    {
      clientId: invoices.clientId,
      currency: invoices.currency,
      overdue: sql<number>`sum(iif(${invoices.dueDate} < ${today}, ${invoices.open}, 0))`,
      overdueCount: sql<number>`sum(iif(${invoices.dueDate} < ${today}, 1, 0))`,
    },
    { where: and(IS_OPEN, clientsOf(invoices.clientId)), groupBy: [invoices.clientId, invoices.currency], index: 'invoices_open' },
  ),
})

/** The same of each client of a list, as columns of the list itself: JSON, with a row a currency. */
export const balanceColumns = (door: TenantDoor, today: PlainDate) => {
  const { currency, open, credit, onAccount, unapplied } = clientBalances
  const standing = sql`json_object('currency', ${currency}, 'open', ${open}, 'credit', ${credit}, 'onAccount', ${onAccount}, 'unapplied', ${unapplied})`
  const late = door.pluck(
    invoices,
    sql`json_object('currency', ${invoices.currency}, 'overdue', sum(iif(${invoices.dueDate} < ${today}, ${invoices.open}, 0)),
      'overdueCount', sum(iif(${invoices.dueDate} < ${today}, 1, 0))) AS late`,
    { where: and(IS_OPEN, eq(invoices.clientId, clients.id)), groupBy: [invoices.currency], index: 'invoices_open' },
  )
  return {
    balances: door.pluck(clientBalances, sql`json_group_array(${standing})`, { where: eq(clientBalances.clientId, clients.id) }) as SQL<string>,
    openInvoices: sql<string>`(SELECT json_group_array(json(late)) FROM ${late})`,
  }
}

/** Of one row of such a list. */
export const balancesIn = (row: { id: string; currency: string; balances: string; openInvoices: string }): [Balance, ...Balance[]] => {
  const ofClient = <T extends object>(json: string) => (JSON.parse(json) as T[]).map((each) => ({ clientId: row.id, ...each }))
  return balancesOf({ balances: ofClient(row.balances), openInvoices: ofClient(row.openInvoices) }, row)
}

type BalanceRows = {
  balances: Omit<typeof clientBalances.$inferSelect, 'tenantId'>[]
  openInvoices: { clientId: string; currency: string; overdue: number; overdueCount: number }[]
}

/**
 * One client's balances: its own currency first and always, others only while something stands in them.
 * Outstanding = open − credit − payments on account − credit notes that name no invoice.
 */
export const balancesOf = ({ balances, openInvoices }: BalanceRows, client: { id: string; currency: string }): [Balance, ...Balance[]] => {
  const standing = balances
    .filter((row) => row.clientId === client.id)
    .map(({ currency, open, credit, onAccount, unapplied }) => {
      const late = openInvoices.find((row) => row.clientId === client.id && row.currency === currency)
      return {
        currency,
        outstanding: open - credit - onAccount - unapplied,
        overdue: late?.overdue ?? 0,
        overdueCount: late?.overdueCount ?? 0,
        credit: credit + onAccount + unapplied,
      }
    })
  const own = standing.find(({ currency }) => currency === client.currency) ?? {
    currency: client.currency,
    outstanding: 0,
    overdue: 0,
    overdueCount: 0,
    credit: 0,
  }
  const others = standing.filter((balance) => balance.currency !== client.currency && (balance.outstanding !== 0 || balance.overdue !== 0))
  return [own, ...others.sort((a, b) => a.currency.localeCompare(b.currency))]
}

/** What is left of the limit, in the client's own currency; below zero it is over the limit. Null without a limit. */
export const creditLeftOf = (creditLimit: number | null, [own]: [Balance, ...Balance[]]): number | null =>
  creditLimit === null ? null : creditLimit - Math.max(0, own.outstanding)

/** What a balance is made of: open invoices, less what was overpaid, paid on account, and credited without an invoice. */
export type BalanceParts = { currency: string; open: number; overpaid: number; onAccount: number; credited: number; outstanding: number }

/** In each currency with something in it, the client's own first. */
export const balancePartsOf = (balances: (typeof clientBalances.$inferSelect)[], own: string): BalanceParts[] =>
  balances
    .map(({ currency, open, credit, onAccount, unapplied }) => ({
      currency,
      open,
      overpaid: credit,
      onAccount,
      credited: unapplied,
      outstanding: open - credit - onAccount - unapplied,
    }))
    .filter(({ open, overpaid, onAccount, credited }) => open !== 0 || overpaid !== 0 || onAccount !== 0 || credited !== 0)
    .sort((a, b) => Number(b.currency === own) - Number(a.currency === own) || (a.currency < b.currency ? -1 : 1))
