import type { CreditNote } from '#src/billing/credit-note.ts'
import { Icon } from '#views/components/icon.tsx'
import { Sum } from '#views/components/sum.tsx'
import { Trail } from '#views/components/trail.tsx'
import { formatDay } from '#views/format.ts'
import { DocumentLines } from './document-lines.tsx'
import { PortalPage, type PortalPageProps } from './layout.tsx'

export const CreditNotePage = ({ shell, link, note }: PortalPageProps & { note: CreditNote }) => {
  const { locale } = shell.company
  const { id, number, issueDate, currency, total, invoice } = note
  return (
    <PortalPage shell={shell} link={link} title={`Credit note ${number}`} current="invoices">
      <Trail href={link('/invoices')}>Invoices</Trail>
      <div class="head">
        <h1>Credit note {number}</h1>
        {shell.toggles.downloadInvoices && (
          <a class="button main" href={link(`/credit-notes/${id}/pdf`)}>
            <Icon name="download" size={18} />
            Download PDF
          </a>
        )}
      </div>
      <section class="card owed" aria-labelledby="credited">
        <div>
          <h2 class="soft" id="credited">
            Credited
          </h2>
          <Sum amount={total} currency={currency} locale={locale} />
        </div>
        <dl class="facts">
          <div>
            <dt>Issued</dt>
            <dd>{formatDay(issueDate, locale)}</dd>
          </div>
          <div>
            <dt>For</dt>
            <dd>{invoice ? <a href={link(`/invoices/${invoice.id}`)}>{invoice.number}</a> : 'Your account'}</dd>
          </div>
        </dl>
      </section>
      <DocumentLines document={note} locale={locale} caption="What was credited" />
    </PortalPage>
  )
}
