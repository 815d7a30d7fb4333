import { Hono } from 'hono'
import { whereaboutsOf } from '#src/access/device.ts'
import { NotFound } from '#src/errors.ts'
import { readForm, safeNext } from '#src/guards.ts'
import { newId } from '#src/ids.ts'
import { ChooseCompanyPage } from '#views/admin/choose-company.tsx'
import type { StaffEnv } from './app-env.ts'
import { writeSession } from './session-cookie.ts'

/** For a person who works for several companies. */
export const chooseCompanyPages = new Hono<StaffEnv>()
  .get('/', async (c) => {
    const { door, link } = c.var
    const { shell, companies } = await door.page(() => ({ companies: door.ownCompanies() }))
    return c.html(<ChooseCompanyPage shell={shell} link={link} companies={companies} next={c.req.query('next')} />)
  })
  .post('/', async (c) => {
    const { door, link } = c.var
    const { company, next } = await readForm(c, 'company', 'next')
    const { companies } = await door.page(() => ({ companies: door.ownCompanies() }))
    const chosen = companies.find(({ tenantId }) => tenantId === company)
    if (!chosen) throw new NotFound()
    const target = safeNext(next, new URL(c.req.url).origin, '')
    const onwards = c.redirect(target === '/' ? link('/clients') : target, 303)
    if (company === door.tenantId) return onwards
    const session = { id: newId(), ...whereaboutsOf(c.req.raw) }
    const { began } = await door.run(door.switchCompany(company, session))
    if (began !== 1) throw new NotFound()
    await writeSession(c, { tenantId: company, sessionId: session.id, staffId: door.who.staffId, timeZone: chosen.timeZone })
    return c.redirect(target === '/' ? link('/clients') : target, 303)
  })
