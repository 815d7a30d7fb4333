import type { Instant } from '#src/dates.ts'
import type { ReturnOutcome } from '#src/db/schema/returns.ts'
import type { Env } from '#src/env.ts'
import { staffAddress } from '#src/hosts.ts'
import { newId } from '#src/ids.ts'
import { type FromCompany, type MailRow, mailRow, type ReturnNews, type StaffReturnNews } from '#src/mail/outbox.ts'
import { markdownText } from '#src/markdown.ts'

/** The mails about a return request: to the person who asked, and to the staff who want to know. */

/** What the mail is about; `number` is null while the request is being made. */
export type ReturnSubject = {
  id: string
  number: string | null
  lines: { sku: string; description: string; quantity: number; approved?: number | null }[]
  /** The numbers of its orders; empty where the company doesn't show orders. */
  orders: string[]
}

const subjectOf = ({ id, number, lines, orders }: ReturnSubject) => ({
  returnId: id,
  number,
  orders,
  items: lines.map(({ sku, description, quantity, approved = null }) => ({ sku, description, quantity, approved })),
})

type ToClient = {
  from: Omit<FromCompany, 'personName' | 'clients'>
  to: { id: string; name: string; email: string }
  client: { id: string; name: string }
  subject: ReturnSubject
  what: ReturnNews['what']
  words?: string
  /** Markdown, for what was approved. */
  instructions?: string
  outcome?: ReturnOutcome
  creditNote?: string
  now: Instant
}

export const returnMail = (env: Env, { from, to, client, subject, what, words = '', instructions = '', outcome, creditNote = '', now }: ToClient): MailRow =>
  mailRow(env, {
    id: newId(),
    kind: 'return-changed',
    toEmail: to.email,
    portalUserId: to.id,
    now,
    data: {
      ...from,
      personName: to.name,
      clients: [client.name],
      clientIds: [client.id],
      ...subjectOf(subject),
      what,
      words,
      instructions: markdownText(instructions),
      outcome: outcome ?? null,
      creditNote,
    },
  })

type ToStaff = {
  company: { name: string; locale: string; timeZone: string }
  staff: { id: string; name: string; email: string }[]
  client: string
  /** Who asked or said it. */
  by: string
  subject: ReturnSubject
  what: StaffReturnNews['what']
  words?: string
  photos: number
  now: Instant
}

/** One for each of them. */
export const staffReturnMails = (env: Env, { company, staff, client, by, subject, what, words = '', photos, now }: ToStaff): MailRow[] =>
  staff.map(({ id, name, email }) =>
    mailRow(env, {
      id: newId(),
      kind: 'staff-return',
      toEmail: email,
      staffId: id,
      now,
      data: {
        company: company.name,
        locale: company.locale,
        timeZone: company.timeZone,
        address: staffAddress(env),
        personName: name,
        ...subjectOf(subject),
        what,
        words,
        client,
        by,
        photos,
      },
    }),
  )
