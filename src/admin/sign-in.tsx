import { and, eq, inArray, isNull, sql } from 'drizzle-orm'
import { Hono } from 'hono'
import { whereaboutsOf } from '#src/access/device.ts'
import { raisedHash, verifyPassword } from '#src/access/password.ts'
import { isOversized } from '#src/access/password-rules.ts'
import type { StaffToken } from '#src/access/session-token.ts'
import { forTenant } from '#src/db/door.ts'
import { signInTries } from '#src/db/limits.ts'
import { isMember } from '#src/db/membership.ts'
import { forPlatform, raiseStaffHash } from '#src/db/platform.ts'
import { memberships, staff, staffSessions } from '#src/db/schema/staff.ts'
import { emailKeyOf } from '#src/email-address.ts'
import type { Env } from '#src/env.ts'
import { limitGuessing, readForm, safeNext } from '#src/guards.ts'
import type { Link } from '#src/hosts.ts'
import { newId } from '#src/ids.ts'
import { SIGN_IN_NOTICES } from '#src/sign-in-notices.ts'
import { StaffSignInPage } from '#views/admin/sign-in.tsx'
import { clearSession, writeSession } from './session-cookie.ts'

/** One sentence for every way to fail: it must not say which addresses exist. */
const WRONG = 'That e-mail address and password don’t match.'

export type StaffVisitorEnv = { Bindings: Env; Variables: { link: Link; now: number; token: StaffToken | undefined } }

export const signInPages = new Hono<StaffVisitorEnv>()
  .get('/sign-in', (c) => c.html(<StaffSignInPage link={c.var.link} next={c.req.query('next')} notice={SIGN_IN_NOTICES.get(c.req.query('notice') ?? '')} />))
  .post('/sign-in', async (c) => {
    const { link, now } = c.var
    const { email, password, next } = await readForm(c, 'email', 'password', 'next')
    const tries = signInTries(null, emailKeyOf(email), await limitGuessing(c, 'staff', emailKeyOf(email)), now)
    const { tries: counted, person } = await forPlatform(c.env).staffByEmail(emailKeyOf(email), tries.take())
    tries.check(counted)
    const isRight = !isOversized(password) && (await verifyPassword(password, person?.passwordHash))
    const refused = () => c.html(<StaffSignInPage link={link} email={email} next={next} problem={WRONG} />, 422)
    if (!isRight || !person?.passwordHash) return refused()
    const { tenantId, staffId, timeZone, passwordHash } = person
    const sessionId = newId()
    const door = forTenant(c.env, tenantId)
    const raised = await raisedHash(password, passwordHash)
    // Only while the password that was right still is, or has just been raised by another sign-in.
    const unchanged = sql`EXISTS (SELECT 1 FROM ${staff} WHERE ${staff.id} = ${staffId} AND ${inArray(staff.passwordHash, [passwordHash, raised ?? passwordHash])})`
    const { session } = await door.run({
      session: door.insert(
        staffSessions,
        { id: sessionId, staffId, createdAt: now, seenAt: now, ...whereaboutsOf(c.req.raw) },
        { where: and(unchanged, door.exists(memberships, isMember(tenantId, staffId))) },
      ),
      ...(raised !== undefined && { raised: raiseStaffHash(staffId, passwordHash, raised) }),
      forgotten: tries.forget(door.exists(staffSessions, eq(staffSessions.id, sessionId))),
    })
    if (session === 0) return refused()
    await writeSession(c, { tenantId, sessionId, staffId, timeZone })
    const target = safeNext(next, new URL(c.req.url).origin, '')
    if (person.companies > 1) return c.redirect(target === '/' ? link('/choose-company') : `${link('/choose-company')}?next=${encodeURIComponent(target)}`, 303)
    return c.redirect(target === '/' ? link('/clients') : target, 303)
  })
  .post('/sign-out', async (c) => {
    const { token, link, now } = c.var
    if (token) {
      const door = forTenant(c.env, token.tenantId)
      const own = and(eq(staffSessions.id, token.sessionId), eq(staffSessions.staffId, token.staffId), isNull(staffSessions.endedAt))
      await door.run({ ended: door.update(staffSessions, { endedAt: now }, own) })
    }
    clearSession(c)
    return c.redirect(link('/sign-in'), 303)
  })
