import { Hono } from 'hono'
import { auditRead } from '#src/activity/audit.ts'
import { cursorOf, pageOf } from '#src/db/paging.ts'
import { SettingsAuditPage } from '#views/admin/settings-audit.tsx'
import type { StaffEnv } from './app-env.ts'

const PAGE_SIZE = 50

/** Settings → Audit. */
export const auditPage = new Hono<StaffEnv>().get('/', async (c) => {
  const { door, link } = c.var
  const cursor = cursorOf(c.req.query('after'))
  const { shell, audit } = await door.page(() => ({ audit: auditRead(door, PAGE_SIZE, cursor) }))
  const { rows, next } = pageOf(audit, PAGE_SIZE, ({ at, id }) => ({ key: String(at), id }))
  return c.html(<SettingsAuditPage shell={shell} link={link} entries={rows} isFirstPage={!cursor} next={next} />)
})
