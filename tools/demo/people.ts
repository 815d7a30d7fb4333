import { INVITATION_LASTS } from '#src/access/invitation.ts'
import { DAY, HOUR, type Instant, MINUTE, SECOND } from '#src/dates.ts'
import type { activity } from '#src/db/schema/activity.ts'
import type { invitationRunClients, invitationRuns, mailBatches } from '#src/db/schema/invitation-runs.ts'
import type { outbox } from '#src/db/schema/outbox.ts'
import type { accesses, clientAddresses, portalSessions, portalUsers } from '#src/db/schema/people.ts'
import { emailKeyOf } from '#src/email-address.ts'
import type { Env } from '#src/env.ts'
import { defaultPortalAddress } from '#src/hosts.ts'
import { mailRow } from '#src/mail/outbox.ts'
import type { Books } from './books.ts'
import { CLIENTS, type DemoClient, type PortalStage } from './clients.ts'
import { NAME, OWNER, PROFILE, SETTINGS, SLUG } from './company.ts'
import type { Random } from './random.ts'
import { RUN_BEGAN, runOf } from './run.ts'

/** The clients' people, the invitations that were mailed to them, and what the log says of both. */

export type People = {
  portalUsers: (typeof portalUsers.$inferInsert)[]
  invitationRuns: (typeof invitationRuns.$inferInsert)[]
  invitationRunClients: (typeof invitationRunClients.$inferInsert)[]
  mailBatches: (typeof mailBatches.$inferInsert)[]
  outbox: (typeof outbox.$inferInsert)[]
  accesses: (typeof accesses.$inferInsert)[]
  clientAddresses: (typeof clientAddresses.$inferInsert)[]
  portalSessions: (typeof portalSessions.$inferInsert)[]
  activity: (typeof activity.$inferInsert)[]
}
export type Setting = { env: Env; tenantId: string; staffId: string; passwordHash: string; random: Random; now: Instant }
type Member = { client: DemoClient; clientId: string }
export type Person = { email: string; name: string; stage: PortalStage; members: Member[] }
/** One person's way in: when it was invited, when it set its password, when it was last there. */
export type Way = { portalUserId: string; mailId: string; invitedAt: Instant; activatedAt: Instant | null; lastLoginAt: Instant | null }

export const peopleOf = (setting: Setting, books: Books): People => {
  const persons = personsOf(books)
  const inRun = invitedTogether(persons)
  const all = persons.map((person) => ({ person, way: wayOf(person, setting, inRun.has(person)) }))
  const run = runOf(setting, all)
  const entries = [...all.flatMap(({ person, way }) => [...arrivals(person, way, setting), ...visits(person, way, setting, books)]), ...notes(setting, books)]
  return {
    portalUsers: all.map(({ person, way }) => userRow(person, way, setting)),
    ...run.rows,
    outbox: all.map((one) => ({ ...invitationRow(one.person, one.way, setting), ...run.partOf(one.person) })),
    accesses: all.flatMap(({ person, way }) => person.members.map(({ clientId }) => accessRow(person, way, clientId, setting))),
    clientAddresses: FURTHER.map(({ index, ...address }) => ({
      ...address,
      tenantId: setting.tenantId,
      clientId: books.clients[index]?.id ?? '',
      emailKey: emailKeyOf(address.email),
      createdAt: setting.now - 40 * DAY,
    })),
    portalSessions: all.flatMap(({ person, way }) => sessionRows(person, way, setting)),
    activity: entries.filter(({ at }) => at <= setting.now).map((entry) => ({ ...NOTHING, ...entry, tenantId: setting.tenantId, id: setting.random.id() })),
  }
}

/** One e-mail address is one person, however many clients stand behind it. */
const personsOf = (books: Books): Person[] => {
  const persons = new Map<string, Person>()
  CLIENTS.forEach((client, i) => {
    const { email, stage, person: name } = client
    const row = books.clients[i]
    if (email === null || stage === 'none' || !row) return
    const person = persons.get(email) ?? { email, name, stage, members: [] }
    person.members.push({ client, clientId: row.id })
    persons.set(email, person)
  })
  return [...persons.values()]
}

/** Most of those who were invited lately were invited all at once; two of them have come since. */
const invitedTogether = (persons: Person[]) => new Set([...persons.filter((person) => !isIn(person)).slice(2), ...persons.filter(isIn).slice(-2)])

const isIn = ({ stage }: Person) => stage === 'active' || stage === 'off'

const wayOf = (person: Person, { random, now }: Setting, inRun: boolean): Way => {
  const ids = { portalUserId: random.id(), mailId: random.id() }
  if (inRun) {
    const invitedAt = now - RUN_BEGAN
    const activatedAt = isIn(person) ? invitedAt + random.between(30, 9 * 60) * MINUTE : null
    return { ...ids, invitedAt, activatedAt, lastLoginAt: activatedAt }
  }
  if (!isIn(person)) return { ...ids, invitedAt: now - random.between(2 * 60, 90 * 60) * MINUTE, activatedAt: null, lastLoginAt: null }
  const invitedAt = now - random.between(60, 420) * DAY - random.between(0, 8 * 60) * MINUTE
  return { ...ids, invitedAt, activatedAt: invitedAt + random.between(20, 60 * 60) * MINUTE, lastLoginAt: now - random.between(60, 25 * 24 * 60) * MINUTE }
}

const userRow = ({ email, name }: Person, { portalUserId, mailId, invitedAt, activatedAt }: Way, { tenantId, passwordHash }: Setting) => ({
  tenantId,
  id: portalUserId,
  email,
  emailKey: emailKeyOf(email),
  name,
  passwordHash: activatedAt === null ? null : passwordHash,
  passwordSetAt: activatedAt,
  invitationMailId: activatedAt === null ? mailId : null,
  createdAt: invitedAt,
})

/** Addresses beside a client's primary one, nobody invited to them yet. */
const FURTHER = [
  { index: 0, email: 'warehouse@larkspur-finch.example', name: 'Goods in' },
  { index: 0, email: 'bookkeeper@larkspur-finch.example', name: 'Ama Boateng' },
]

const DEVICES = ['Firefox on Windows', 'Safari on iOS', 'Chrome on Windows', 'Edge on Windows', 'Chrome on Android', 'Safari on macOS'] as const

/** Those who were there in the last days are signed in still, some of them on a phone too. */
const sessionRows = ({ members }: Person, { portalUserId, lastLoginAt }: Way, { tenantId, random, now }: Setting): People['portalSessions'] => {
  if (lastLoginAt === null || lastLoginAt < now - 6 * DAY) return []
  return Array.from({ length: random.between(1, 2) }, (_, i) => ({
    tenantId,
    id: random.id(),
    portalUserId,
    clientId: members[0]?.clientId ?? null,
    createdAt: lastLoginAt - i * 3 * DAY,
    seenAt: Math.min(now - MINUTE, lastLoginAt + random.between(1, 40) * MINUTE),
    endedAt: null,
    device: random.pick(DEVICES),
    city: members[0]?.client.city ?? '',
    country: members[0]?.client.country === 'United Kingdom' ? 'GB' : '',
  }))
}

const accessRow = (
  person: Person,
  { portalUserId, invitedAt, activatedAt, lastLoginAt }: Way,
  clientId: string,
  { tenantId }: Setting,
): People['accesses'][number] => ({
  tenantId,
  portalUserId,
  clientId,
  state: isIn(person) ? 'active' : 'invited',
  invitedAt,
  activatedAt,
  firstLoginAt: activatedAt,
  lastLoginAt,
  mailProblem: person.stage === 'bounced' ? 'bounced' : null,
})

const invitationRow = (
  { email, name, members, stage }: Person,
  { portalUserId, mailId, invitedAt, activatedAt }: Way,
  { env, tenantId, random }: Setting,
): People['outbox'][number] => {
  const expiresAt = invitedAt + INVITATION_LASTS
  const data = {
    company: NAME,
    brandColour: SETTINGS.brandColour,
    locale: PROFILE.locale,
    timeZone: PROFILE.timeZone,
    address: defaultPortalAddress(env, SLUG),
    contact: { name: PROFILE.contactName, email: PROFILE.contactEmail, phone: PROFILE.contactPhone },
    replyTo: PROFILE.replyTo,
    personName: name,
    clients: members.map(({ client }) => client.name),
    expiresAt,
  }
  const row = mailRow(env, { id: mailId, kind: 'invitation', toEmail: email, portalUserId, data, now: invitedAt, expiresAt })
  const sentAt = invitedAt + random.between(2, 9) * SECOND
  const bounced = stage === 'bounced'
  return {
    ...row,
    tenantId,
    state: 'sent',
    attempts: 1,
    sentAt,
    providerId: `demo-${mailId}`,
    usedAt: activatedAt,
    delivery: bounced ? 'bounced' : 'delivered',
    deliveryAt: sentAt + random.between(1, 20) * SECOND,
    deliveryDetail: bounced ? 'Permanent: the mailbox does not exist' : null,
  }
}

export type Entry = Omit<typeof activity.$inferInsert, 'tenantId' | 'id'>
export const NOTHING = { event: null, portalUserId: null, staffId: null, documentId: null, documentNumber: null, text: '' }

const arrivals = ({ email, members }: Person, { portalUserId, invitedAt, activatedAt }: Way, { staffId }: Setting): Entry[] =>
  members.flatMap(({ clientId }): Entry[] => [
    { clientId, at: invitedAt, type: 'system', event: 'invitation-sent', staffId, text: email },
    ...(activatedAt === null
      ? []
      : [
          { clientId, at: activatedAt, type: 'system', event: 'password-set', portalUserId } as const,
          { clientId, at: activatedAt, type: 'system', event: 'first-login', portalUserId } as const,
        ]),
  ])

/** What was looked at since: the newest invoices of each client, some of them downloaded. */
const visits = (person: Person, { portalUserId, activatedAt }: Way, { random }: Setting, books: Books): Entry[] => {
  if (activatedAt === null) return []
  return person.members.flatMap(({ client, clientId }) => {
    const issued = books.invoices.filter(
      (invoice) => invoice.clientId === clientId && invoice.state === 'issued' && Date.parse(invoice.issueDate) > activatedAt,
    )
    return issued.slice(client.habit === 'buyer' ? -24 : -5).flatMap((invoice): Entry[] => {
      const at = Date.parse(invoice.issueDate) + random.between(10 * 60, 40 * 60) * MINUTE
      const about = { clientId, type: 'system', portalUserId, documentId: invoice.id, documentNumber: invoice.number } as const
      const downloaded: Entry[] = random.chance(60) ? [{ ...about, at: at + 2 * MINUTE, event: 'invoice-downloaded' }] : []
      return [{ ...about, at, event: 'invoice-viewed' }, ...downloaded]
    })
  })
}

const NOTES = [
  'Prefers deliveries before ten; the lane is closed to lorries after that.',
  `Spoke on the phone. ${OWNER.name} agreed to part-payments until the end of the quarter.`,
  'Would like a paper catalogue with the spring order.',
  'New buyer from next month; keeps the same address for invoices.',
]

const notes = ({ staffId, now, random }: Setting, books: Books): Entry[] =>
  [0, 0, 7, 36, 41].map((index, i) => ({
    clientId: books.clients[index]?.id ?? '',
    at: now - (6 + i * 19) * DAY - random.between(1, 6) * HOUR,
    type: 'note',
    staffId,
    text: NOTES[i % NOTES.length] ?? '',
  }))
