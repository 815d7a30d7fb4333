import { expect, it } from 'vitest'
import { assets } from '#dist/manifest.ts'
import { Document } from '#views/components/document.ts'

const pageWith = (children: Parameters<typeof Document>[0]['children'], forStaff = false) => (
  <Document title="A page" forStaff={forStaff}>
    {children}
  </Document>
)

it('loads htmx where something asks for it, and nowhere else', () => {
  expect(pageWith(<main>words</main>).toString()).not.toContain(assets.htmx)
  const asking = pageWith(
    <main>
      <form hx-get="/clients">words</form>
    </main>,
  ).toString()
  expect(asking).toContain(`<script src="${assets.htmx}" defer`)
  expect(asking).toContain('htmx-config')
})

it('loads the style sheet of staff on their pages alone', () => {
  expect(pageWith('words').toString()).not.toContain(assets.staffCss)
  expect(pageWith('words', true).toString()).toContain(assets.staffCss)
})

it('writes everything that it is given as text', () => {
  const hostile = '"></title><evil-one a="b">&amp;'
  const page = String(
    <Document title={hostile} lang={hostile} brandColour={`#${hostile}`} body={hostile}>
      {hostile}
    </Document>,
  )
  expect(page).not.toContain('<evil-one')
  // Of each but its quotes.
  expect(page.match(/&lt;evil-one/g)).toHaveLength(5)
  expect(page.match(/evil-one a="/g)).toBeNull()
})
