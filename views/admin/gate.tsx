import type { PropsWithChildren } from 'hono/jsx'
import { Document } from '#views/components/document.ts'

/** StockFlow's own bare frame, before anybody is signed in. */
export const Gate = ({ title, children }: PropsWithChildren<{ title: string }>) => (
  <Document title={`${title} · StockFlow`} forStaff>
    <main class="gate" id="main" tabindex={-1}>
      <span class="company">StockFlow</span>
      {children}
    </main>
  </Document>
)
