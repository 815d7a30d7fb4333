import type { Instant } from '#src/dates.ts'
import type { Env } from '#src/env.ts'
import { newId } from '#src/ids.ts'
import { type MailRow, mailRow } from '#src/mail/outbox.ts'
import { placeName } from '#views/components/place.ts'
import type { Whereabouts } from './device.ts'
import { type SenderRows, type SendingTenant, senderOf } from './sender.ts'

type Notice = {
  env: Env
  person: { id: string; email: string; name: string }
  /** Names of the clients that the person sees. */
  clients: string[]
  rows: SenderRows
  tenant: SendingTenant
  whereabouts: Whereabouts
  now: Instant
}

/** The mail that tells a person of their changed password, with where it was changed. */
export const passwordChangedMail = ({ env, person, clients, rows, tenant, whereabouts, now }: Notice): MailRow => {
  const { device } = whereabouts
  const data = { ...senderOf(env, tenant, rows), clients, personName: person.name, at: now, device, place: placeName(whereabouts) }
  return mailRow(env, { id: newId(), kind: 'password-changed', toEmail: person.email, portalUserId: person.id, data, now })
}
