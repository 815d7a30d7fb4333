import type { PropsWithChildren } from 'hono/jsx'
import type { PortalCompany } from '#src/db/platform.ts'
import { Document } from '#views/components/document.ts'
import { langOf } from '#views/format.ts'
import { CompanyMark } from './company-mark.tsx'
import { EmailLink, PhoneLink } from './contact.tsx'

/** The frame of pages in front of the sign-in: the company's name and colour, and whom to ask. */
export const PortalGate = ({ company, title, children }: PropsWithChildren<{ company: PortalCompany; title: string }>) => (
  <Document title={`${title} · ${company.name}`} lang={langOf(company.locale)} brandColour={company.brandColour}>
    <main class="gate" id="main" tabindex={-1}>
      <p class="company">
        <CompanyMark name={company.name} logo={company.logo} />
      </p>
      {children}
      {(company.contactEmail || company.contactPhone) && (
        <footer>
          Need help? Ask {company.contactName || company.name}: {company.contactEmail && <EmailLink email={company.contactEmail} />}
          {company.contactEmail && company.contactPhone && ', '}
          {company.contactPhone && <PhoneLink phone={company.contactPhone} />}
        </footer>
      )}
    </main>
  </Document>
)
