import { type Context, Hono } from 'hono'
import { ageingReads, type Period, statementOf, statementReads } from '#src/billing/statement.ts'
import { statementCsv } from '#src/billing/statement-csv.ts'
import { daysAfter, type PlainDate } from '#src/dates.ts'
import type { ClientDoor } from '#src/db/client-door.ts'
import { compiled } from '#src/db/compiled.ts'
import { clients } from '#src/db/schema/clients.ts'
import { addressOf, documentSenderOf } from '#src/documents/content.ts'
import { contentDisposition, pdfResponse } from '#src/documents/response.ts'
import { statementFile } from '#src/documents/statement-pdf.ts'
import { NotFound } from '#src/errors.ts'
import { StatementPage } from '#views/portal/statement.tsx'
import type { ReadEnv } from './app-env.ts'
import { askedDays, dayField } from './asked.ts'

/** The statement of account: on the page, as PDF and as CSV, the same figures everywhere. */
export const statementPages = new Hono<ReadEnv>()
  .get('/statement', async (c) => {
    const { link } = c.var
    const { shell, period, problem, ageing, company: _, owner: _owner, ...rows } = await read(c)
    const statement = statementOf(rows, period, shell.client.currency)
    return c.html(
      <StatementPage
        shell={shell}
        link={link}
        statement={statement}
        ageing={ageing}
        typed={{ from: dayField(c.req.query('from')), to: dayField(c.req.query('to')) }}
        quick={quickPeriods(shell.today)}
        problem={problem}
      />,
      problem === undefined ? 200 : 422,
    )
  })
  .get('/statement.csv', async (c) => {
    const { shell, period, problem, ageing: _, company: _company, owner: _owner, ...rows } = await read(c)
    const statement = statementOf(rows, period, shell.client.currency)
    if (problem !== undefined || statement.isCut) throw new NotFound()
    return new Response(statementCsv(statement), {
      headers: { 'Content-Type': 'text/csv; charset=utf-8', 'Content-Disposition': contentDisposition(`${fileName(period)}.csv`) },
    })
  })
  .get('/statement.pdf', async (c) => {
    const { door } = c.var
    const { shell, period, problem, ageing: _, company, owner, ...rows } = await read(c)
    const [[from], [to]] = [company, owner]
    const statement = statementOf(rows, period, shell.client.currency)
    if (!shell.toggles.downloadInvoices || problem !== undefined || statement.isCut || !from || !to) throw new NotFound()
    const file = await statementFile(c.env, door.tenantId, {
      ...statement,
      company: { ...documentSenderOf(from), bankDetails: from.bankDetails },
      client: { name: to.name, address: addressOf(to) },
    })
    return pdfResponse(c.req.raw, file, `${fileName(period)}.pdf`)
  })

const fileName = ({ from, to }: Period) => `statement-${from}-${to}`
/** A year of whole months, and the present one. */
const usualPeriod = (today: PlainDate): Period => ({ from: `${Number(today.slice(0, 4)) - 1}${today.slice(4, 8)}01`, to: today })

/** What is usually asked for: this month, the last one, this year, the last one. */
const quickPeriods = (today: PlainDate): { label: string; period: Period }[] => {
  const month = `${today.slice(0, 8)}01`
  const endOfLast = daysAfter(month, -1)
  const year = Number(today.slice(0, 4))
  return [
    { label: 'This month', period: { from: month, to: today } },
    { label: 'Last month', period: { from: `${endOfLast.slice(0, 8)}01`, to: endOfLast } },
    { label: 'This year', period: { from: `${year}-01-01`, to: today } },
    { label: 'Last year', period: { from: `${year - 1}-01-01`, to: `${year - 1}-12-31` } },
  ]
}

/** What an address asks for; with a problem, the usual period is shown instead. */
const periodOf = (query: Record<string, string>, today: PlainDate): { period: Period; problem: string | undefined } => {
  const usual = usualPeriod(today)
  const { from = usual.from, to = usual.to, problem } = askedDays(query)
  return from > to ? { period: usual, problem: 'The first day comes after the last.' } : { period: { from, to }, problem }
}

const reads = compiled((door: ClientDoor, today: PlainDate, from: PlainDate) => ({
  ...statementReads(door, from),
  ageing: ageingReads(door, today),
  company: door.company(),
  owner: door.read(clients),
}))

/** @throws NotFound where the company shows no sums */
const read = async (c: Context<ReadEnv>) => {
  const { door } = c.var
  const query = c.req.query()
  const { shell, ...rows } = await door.page((today) => reads(door, today, periodOf(query, today).period.from))
  if (!shell.toggles.showBalance) throw new NotFound()
  return { shell, ...rows, ...periodOf(query, shell.today) }
}
