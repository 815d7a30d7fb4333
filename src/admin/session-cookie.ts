import type { Context } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import { readStaffToken, type StaffToken, signStaffToken } from '#src/access/session-token.ts'
import { SECOND } from '#src/dates.ts'
import { STAFF_SESSION } from '#src/db/staff-door.ts'
import type { Env } from '#src/env.ts'

const NAME = 'staff'
const ATTRIBUTES = { prefix: 'host', path: '/', secure: true, httpOnly: true, sameSite: 'Lax' } as const
type Timed = { Bindings: Env; Variables: { now: number } }

export const readSession = <E extends Timed>(c: Context<E>) => readStaffToken(c.env, getCookie(c, NAME, 'host'), c.var.now)

export const writeSession = async <E extends Timed>(c: Context<E>, token: Omit<StaffToken, 'writtenAt'>) => {
  setCookie(c, NAME, await signStaffToken(c.env, token, c.var.now), { ...ATTRIBUTES, maxAge: STAFF_SESSION / SECOND })
}

export const clearSession = (c: Context) => setCookie(c, NAME, '', { ...ATTRIBUTES, maxAge: 0 })
