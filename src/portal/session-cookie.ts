import type { Context } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import { type PortalToken, readPortalToken, signPortalToken } from '#src/access/session-token.ts'
import { SECOND } from '#src/dates.ts'
import { PORTAL_SESSION } from '#src/db/client-gate.ts'
import type { Env } from '#src/env.ts'

const NAME = 'portal'
const ATTRIBUTES = { prefix: 'host', path: '/', secure: true, httpOnly: true, sameSite: 'Lax' } as const
type Timed = { Bindings: Env; Variables: { now: number } }

export const readSession = <E extends Timed>(c: Context<E>) => readPortalToken(c.env, getCookie(c, NAME, 'host'), c.var.now)

export const writeSession = async <E extends Timed>(c: Context<E>, token: Omit<PortalToken, 'writtenAt'>) => {
  setCookie(c, NAME, await signPortalToken(c.env, token, c.var.now), { ...ATTRIBUTES, maxAge: PORTAL_SESSION / SECOND })
}

export const clearSession = (c: Context) => setCookie(c, NAME, '', { ...ATTRIBUTES, maxAge: 0 })
