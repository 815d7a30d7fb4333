import { Hono } from 'hono'
import type { ReadEnv } from './app-env.ts'
import { creditNotePages } from './credit-notes.tsx'
import { dashboardPage } from './dashboard.tsx'
import { invoiceFiles, invoicesCsv, invoicesZip } from './invoice-files.ts'
import { invoicePages } from './invoices.tsx'
import { orderPages } from './orders.tsx'
import { returnPages } from './returns.tsx'
import { statementPages } from './statement.tsx'

/** What a client may look at: for the client, and for staff who look as that client. */
export const readPages = new Hono<ReadEnv>()
  .route('/', dashboardPage)
  .route('/orders', orderPages)
  .route('/invoices', invoicePages)
  .route('/invoices', invoiceFiles)
  .route('/invoices.csv', invoicesCsv)
  .route('/invoices.zip', invoicesZip)
  .route('/credit-notes', creditNotePages)
  .route('/returns', returnPages)
  .route('/', statementPages)
