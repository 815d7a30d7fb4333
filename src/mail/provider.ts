import type { Resend } from 'resend'
import { SECOND } from '#src/dates.ts'
import { type Env, required } from '#src/env.ts'
import { type Mail, renderMail, type StoredMail } from './render.tsx'

/** The provider, and mail as it is handed over. */

/** How long a call may take. */
export const ANSWER_WITHIN = 10 * SECOND

/** Only what sends pays for the SDK. @throws MissingSetting */
export const provider = async (env: Env): Promise<Resend> => {
  const { Resend } = await import('resend')
  return new Resend(required(env, 'RESEND_API_KEY'), { baseUrl: required(env, 'RESEND_BASE_URL') })
}

type Outgoing = Mail & { tags: { name: string; value: string }[] }

/** With what tells the webhook which mail its events are about. The same bytes each time. @throws as renderMail does */
export const outgoing = async (env: Env, row: StoredMail): Promise<Outgoing> => ({
  ...(await renderMail(env, row)),
  tags: [
    { name: 'tenant', value: row.tenantId },
    { name: 'mail', value: row.id },
  ],
})
