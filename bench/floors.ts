import { Hono } from 'hono'

/** What nothing can be faster than: a text; a page's own statements in one batch; the same, and then a stored file. */

type Statement = { sql: string; params: unknown[] }
type Floors = { DB: D1Database; FILES: R2Bucket; STATEMENTS: Record<string, Statement[]>; STORED: string }

const batchOf = ({ DB, STATEMENTS }: Floors, page: string) => DB.batch((STATEMENTS[page] ?? []).map(({ sql, params }) => DB.prepare(sql).bind(...params)))

export default new Hono<{ Bindings: Floors }>()
  .get('/text', (c) => c.text('ok'))
  .get('/batch/:page', async (c) => {
    await batchOf(c.env, c.req.param('page'))
    return c.text('ok')
  })
  .get('/stored/:page', async (c) => {
    await batchOf(c.env, c.req.param('page'))
    const object = await c.env.FILES.get(c.env.STORED)
    return object ? c.body(object.body, 200, { 'Content-Type': 'application/pdf' }) : c.notFound()
  })
