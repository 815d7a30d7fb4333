import { describe, expect, test } from 'vitest'
import { breachesOf, importsOf } from '#tools/rooms.ts'

const breaches = (file: string, code: string) => breachesOf(new Map([[file, code]])).map(({ message }) => message)

describe('who may know whom', () => {
  test.each([
    ['a surface its rooms', 'src/portal/invoices.tsx', "import { invoiceOf } from '#src/billing/invoice.ts'"],
    ['a surface the views', 'src/admin/clients.tsx', "import { Clients } from '#views/admin/clients.tsx'"],
    [
      'a room the log, the mail and the doors',
      'src/access/x.ts',
      "import { a } from '#src/activity/entries.ts'\nimport { b } from '#src/mail/outbox.ts'\nimport { c } from '#src/db/door.ts'",
    ],
    [
      'a room the types of another',
      'src/access/x.ts',
      "import type { Client } from '#src/clients/client.ts'\nimport { type Client as C } from '#src/clients/client.ts'",
    ],
    ['imports what it fills', 'src/imports/x.ts', "import { a } from '#src/clients/words.ts'\nimport { b } from '#src/billing/money.ts'"],
    [
      'views types and each other',
      'views/portal/x.tsx',
      "import type { Invoice } from '#src/billing/invoice.ts'\nimport { Page } from '../components/page.tsx'",
    ],
    ['the Worker both surfaces', 'src/worker.ts', "import { a } from '#src/portal/app.tsx'\nimport { b } from '#src/admin/app.tsx'"],
    ['a test everything', 'test/portal/x.test.ts', "import { a } from '#src/portal/app.tsx'"],
  ])('%s', (_, file, code) => {
    expect(breaches(file, code)).toEqual([])
  })

  test.each([
    ['a surface the other', 'src/portal/x.tsx', "import { a } from '#src/admin/app.tsx'", 'portal may not know admin'],
    ['a surface the other, not even its types', 'src/portal/x.tsx', "import type { A } from '#src/admin/app.tsx'", 'portal may not know admin'],
    ['a room a surface', 'src/billing/x.ts', "import { a } from '#src/portal/app.tsx'", 'billing may not know portal'],
    ['a room the code of another', 'src/access/x.ts', "import { a } from '#src/clients/words.ts'", 'access may know only types of clients'],
    ['one value among types', 'src/access/x.ts', "import { type A, b } from '#src/clients/words.ts'", 'access may know only types of clients'],
    ['code over several lines', 'src/access/x.ts', "import {\n  a,\n  type B,\n} from '#src/clients/words.ts'", 'access may know only types of clients'],
    ['code taken later', 'src/access/x.ts', "const a = await import('#src/clients/words.ts')", 'access may know only types of clients'],
    ['code handed on', 'src/access/x.ts', "export { a } from '#src/clients/words.ts'", 'access may know only types of clients'],
    ['imports other rooms than what it fills', 'src/imports/x.ts', "import { a } from '#src/documents/sheet.ts'", 'imports may know only types of documents'],
    ['a door a room', 'src/db/x.ts', "import type { A } from '#src/billing/money.ts'", 'db may not know billing'],
    ['a view code', 'views/portal/x.tsx', "import { a } from '#src/billing/money.ts'", 'views may know only types of billing'],
    ['a view a surface', 'views/portal/x.tsx', "import type { A } from '#src/portal/app.tsx'", 'views may not know portal'],
    ['src the tools', 'src/access/x.ts', "import { a } from '#tools/build.ts'", 'access may not know tools'],
    ['src the tests', 'src/worker.ts', "import { a } from '#test/standins/resend.ts'", 'worker.ts may not know test'],
    [
      'steps out of a top-level folder',
      'src/admin/x.tsx',
      "import { a } from '../../views/admin/x.tsx'",
      "write '#views/admin/x.tsx': between top-level folders, imports are package imports",
    ],
  ])('not %s', (_, file, code, message) => {
    expect(breaches(file, code)).toEqual([message])
  })

  test('says where', () => {
    const [breach] = breachesOf(new Map([['src/db/x.ts', "// first\n\nimport { a } from '#src/billing/money.ts'\n"]]))
    expect(breach).toMatchObject({ file: 'src/db/x.ts', line: 3 })
  })

  test('reads plain, default and side-effect imports', () => {
    const code = "import currencies from 'currency-codes'\nimport '#src/x.ts'\nimport type A from './a.ts'\ntype B = typeof import('./b.ts')\n"
    expect(importsOf(code)).toEqual([
      { specifier: 'currency-codes', typesOnly: false, line: 1 },
      { specifier: '#src/x.ts', typesOnly: false, line: 2 },
      { specifier: './a.ts', typesOnly: true, line: 3 },
      { specifier: './b.ts', typesOnly: true, line: 4 },
    ])
  })
})
