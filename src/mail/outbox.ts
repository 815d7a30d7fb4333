import type { SQL } from 'drizzle-orm'
import type { Instant } from '#src/dates.ts'
import type { TenantDoor } from '#src/db/door.ts'
import { type MailKind, outbox } from '#src/db/schema/outbox.ts'
import type { ReturnOutcome } from '#src/db/schema/returns.ts'
import type { Write } from '#src/db/statement.ts'
import { type Env, type MailMessage, required } from '#src/env.ts'
import { log } from '#src/log.ts'
import { currentLinkKey } from './links.ts'

/** Mail as a row: it holds everything that its subject, text and HTML are made of, so that a retry is the same bytes. */

/** What every mail to a client's person holds of the company. Names are anybody's words: the templates make them harmless. */
export type FromCompany = {
  company: string
  /** `#rrggbb` */
  brandColour: string
  /** Its whole address, and its size as it is kept. */
  logo?: { address: string; width: number; height: number }
  locale: string
  timeZone: string
  /** The portal's address, without a slash at its end. */
  address: string
  contact: { name: string; email: string; phone: string }
  /** Where an answer goes; empty: to the contact, if there is one. */
  replyTo: string
  personName: string
  /** The names of the clients it is about. */
  clients: string[]
}
export type InvitationData = FromCompany & { expiresAt: Instant }
/** `clientIds`: the same clients as `clients`; the mail is wanted while one of them is still open to its reader. */
export type AccessGivenData = FromCompany & { clientIds?: string[] }
export type PasswordResetData = FromCompany & { expiresAt: Instant }
/** When, from which browser and where; either is empty when it is not known. */
export type PasswordChangedData = FromCompany & { at: Instant; device: string; place: string }
export type StaffInvitationData = {
  /** The company the person is to work for. */
  company: string
  locale: string
  timeZone: string
  /** The staff host's address, without a slash at its end. */
  address: string
  personName: string
  /** Who added them; without it, nobody is named. */
  by?: string
  expiresAt: Instant
}

/** What every other mail to a member of the staff holds. */
export type ToStaff = Omit<StaffInvitationData, 'expiresAt' | 'by'>
/** `by`: who added them. */
export type MembershipGivenData = ToStaff & { by: string }
export type StaffPasswordResetData = ToStaff & { expiresAt: Instant }
export type StaffPasswordChangedData = ToStaff & { at: Instant; device: string; place: string }

/** What became of a company's own domain, and why: a word of `src/hostnames/states.ts`. */
export type DomainNews = ToStaff & { hostname: string; what: 'active' | 'off' | 'failed'; why: string }

/** What a return is about, in a mail: quantities in 1/10,000. */
export type ReturnItem = { sku: string; description: string; quantity: number; approved: number | null }
export const RETURN_NEWS = ['submitted', 'question', 'approved', 'partly-approved', 'rejected', 'received', 'closed'] as const
type AboutReturn = {
  /** Null until the request is made; the batch that makes it writes it in. */
  number: string | null
  returnId: string
  items: ReturnItem[]
  /** The orders they came by; empty where the company doesn't show orders. */
  orders: string[]
  /** A question, a reason, an answer, a note. */
  words: string
}
/** To the client's person who asked for it. `clientIds`: as of an access that was given. */
export type ReturnNews = FromCompany &
  AboutReturn & {
    clientIds: string[]
    what: (typeof RETURN_NEWS)[number]
    /** How to send the goods back, as plain lines. */
    instructions: string[]
    /** What came of it, once it is closed. */
    outcome: ReturnOutcome | null
    creditNote: string
  }
/** To the staff who want it. */
export type StaffReturnNews = ToStaff & AboutReturn & { what: 'submitted' | 'answered' | 'withdrawn'; client: string; by: string; photos: number }

export type MailData = {
  invitation: InvitationData
  'access-given': AccessGivenData
  'password-reset': PasswordResetData
  'password-changed': PasswordChangedData
  'staff-invitation': StaffInvitationData
  'staff-membership-given': MembershipGivenData
  'staff-password-reset': StaffPasswordResetData
  'staff-password-changed': StaffPasswordChangedData
  'domain-changed': DomainNews
  'return-changed': ReturnNews
  'staff-return': StaffReturnNews
}
/** As it is stored: with the address it is sent from, which may change between two tries. */
export type StoredData<K extends MailKind> = MailData[K] & { sender: string }

/** The templates in use. A change of what one makes is a new version beside the old one, which mail that is under way still needs. */
export const TEMPLATE_VERSIONS: Record<MailKind, number> = {
  invitation: 1,
  'access-given': 1,
  'password-reset': 1,
  'password-changed': 1,
  'staff-invitation': 1,
  'staff-membership-given': 1,
  'staff-password-reset': 1,
  'staff-password-changed': 1,
  'domain-changed': 1,
  'return-changed': 1,
  'staff-return': 1,
}

export type NewMail = { id: string; toEmail: string; now: Instant } & (
  | { kind: 'invitation'; portalUserId: string; data: InvitationData; expiresAt: Instant }
  | { kind: 'access-given'; portalUserId: string; data: AccessGivenData }
  | { kind: 'password-reset'; portalUserId: string; data: PasswordResetData; expiresAt: Instant }
  | { kind: 'password-changed'; portalUserId: string; data: PasswordChangedData }
  | { kind: 'staff-invitation'; staffId: string; data: StaffInvitationData; expiresAt: Instant }
  | { kind: 'staff-membership-given'; staffId: string; data: MembershipGivenData }
  | { kind: 'staff-password-reset'; staffId: string; data: StaffPasswordResetData; expiresAt: Instant }
  | { kind: 'staff-password-changed'; staffId: string; data: StaffPasswordChangedData }
  | { kind: 'domain-changed'; staffId: string; data: DomainNews }
  | { kind: 'return-changed'; portalUserId: string; data: ReturnNews }
  | { kind: 'staff-return'; staffId: string; data: StaffReturnNews }
)
export type MailRow = Omit<typeof outbox.$inferInsert, 'tenantId'>

/** The values of a mail's row, due at once. @throws MissingSetting */
export const mailRow = (env: Env, mail: NewMail): MailRow => ({
  id: mail.id,
  kind: mail.kind,
  toEmail: mail.toEmail,
  portalUserId: 'portalUserId' in mail ? mail.portalUserId : null,
  staffId: 'staffId' in mail ? mail.staffId : null,
  data: JSON.stringify({ ...mail.data, sender: required(env, 'MAIL_FROM') }),
  templateVersion: TEMPLATE_VERSIONS[mail.kind],
  keyId: currentLinkKey(env),
  dueAt: mail.now,
  createdAt: mail.now,
  expiresAt: 'expiresAt' in mail ? mail.expiresAt : null,
})

/** The mail as a statement of the batch whose change it tells of; with `where`, only if that holds. */
export const queueMail = (door: TenantDoor, row: Omit<MailRow, 'data'> & { data: string | SQL }, where?: SQL): Write => door.insert(outbox, row, { where })

/** How many messages a queue takes at once. */
const QUEUE_TAKES = 100

/** Tells the queue of mail that was committed. Never throws: the sweep finds what the queue was not told. */
export const announceMail = async (env: Env, messages: readonly MailMessage[]): Promise<void> => {
  for (let start = 0; start < messages.length; start += QUEUE_TAKES) {
    const part = messages.slice(start, start + QUEUE_TAKES)
    try {
      await env.MAIL_QUEUE.sendBatch(part.map((body) => ({ body })))
    } catch (error) {
      log('mail-not-announced', { mails: part.length, error: String(error) })
    }
  }
}
