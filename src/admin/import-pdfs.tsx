import { Hono } from 'hono'
import { invoicesOfPdfs, PDFS_LIMIT, pdfsOf, pdfsRemoved, takePdfs } from '#src/documents/uploaded.ts'
import { SignedOut } from '#src/errors.ts'
import { multipartOf, readForm } from '#src/guards.ts'
import { ImportPdfsPage } from '#views/admin/import-pdfs.tsx'
import type { StaffEnv } from './app-env.ts'

/** The company's own PDFs of its invoices. Sending the same files again changes nothing. */
export const importPdfPages = new Hono<StaffEnv>()
  .get('/', async (c) => {
    const { door, link } = c.var
    const { shell } = await door.page(() => ({}))
    return c.html(<ImportPdfsPage shell={shell} link={link} />)
  })
  .post('/', async (c) => {
    const { door, link } = c.var
    // Before anything is taken in: whether this session still holds.
    const { shell } = await door.page(() => ({}))
    const pdfs = await pdfsOf(await multipartOf(c, PDFS_LIMIT))
    if ('problem' in pdfs) return c.html(<ImportPdfsPage shell={shell} link={link} problem={pdfs.problem} />, 422)
    const { named } = await door.run({ named: invoicesOfPdfs(door, pdfs) })
    const { outcomes, written } = await takePdfs(c.env, door, pdfs, named)
    // The session ended while the files were kept.
    if (written === 0) throw new SignedOut()
    return c.html(<ImportPdfsPage shell={shell} link={link} outcomes={outcomes} />)
  })
  .post('/remove', async (c) => {
    const { door, link } = c.var
    const number = (await readForm(c, 'number')).number.trim()
    const { shell } = await door.page(() => ({}))
    const { removed } = await door.run({ removed: pdfsRemoved(door, number) })
    return c.html(<ImportPdfsPage shell={shell} link={link} removed={{ number, isFound: removed > 0 }} />, removed > 0 ? 200 : 422)
  })
