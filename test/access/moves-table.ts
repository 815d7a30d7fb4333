import type { Stand } from './stage.ts'

/**
 * What may be done with a login, in every state it can be in, and what comes of it. Written by hand from the product's
 * rules; nothing of it comes from the code that it judges.
 *
 * The four columns are the state of the person's access. The portal is the company's switch, the client its own toggle.
 */
const TABLE = `
action                    | portal | client | not invited     | invited                | expired                | active
--------------------------|--------|--------|-----------------|------------------------|------------------------|------------------
Invite to Portal          | on     | on     | invites         | no: invited already    | no: invited already    | no: active already
Invite to Portal          | on     | off    | no: client off  | no: client off         | no: client off         | no: client off
Invite to Portal          | off    | on     | no: portal off  | no: portal off         | no: portal off         | no: portal off
Invite to Portal          | off    | off    | no: portal off  | no: portal off         | no: portal off         | no: portal off
Resend Invitation         | on     | on     | no: revoked     | sends again            | sends again            | no: active already
Resend Invitation         | on     | off    | no: client off  | no: client off         | no: client off         | no: client off
Resend Invitation         | off    | on     | no: portal off  | no: portal off         | no: portal off         | no: portal off
Resend Invitation         | off    | off    | no: portal off  | no: portal off         | no: portal off         | no: portal off
Open link                 | on     | on     | ended           | asks for a password    | expired                | ended
Open link                 | on     | off    | ended           | ended                  | ended                  | ended
Open link                 | off    | on     | closed          | closed                 | closed                 | closed
Open link                 | off    | off    | closed          | closed                 | closed                 | closed
Use link                  | on     | on     | ended           | sets the password      | expired                | ended
Use link                  | on     | off    | ended           | ended                  | ended                  | ended
Use link                  | off    | on     | closed          | closed                 | closed                 | closed
Use link                  | off    | off    | closed          | closed                 | closed                 | closed
Send me a new link        | on     | on     | nothing         | nothing                | sends a new link       | nothing
Send me a new link        | on     | off    | nothing         | nothing                | nothing                | nothing
Send me a new link        | off    | on     | closed          | closed                 | closed                 | closed
Send me a new link        | off    | off    | closed          | closed                 | closed                 | closed
Forgot password           | on     | on     | says it is sent | says it is sent        | says it is sent        | says and sends it
Forgot password           | on     | off    | says it is sent | says it is sent        | says it is sent        | says it is sent
Forgot password           | off    | on     | closed          | closed                 | closed                 | closed
Forgot password           | off    | off    | closed          | closed                 | closed                 | closed
Send Password Reset Email | on     | on     | no: no login    | no: no login           | no: no login           | sends a reset
Send Password Reset Email | on     | off    | no: client off  | no: client off         | no: client off         | no: client off
Send Password Reset Email | off    | on     | no: portal off  | no: portal off         | no: portal off         | no: portal off
Send Password Reset Email | off    | off    | no: portal off  | no: portal off         | no: portal off         | no: portal off
Use reset link            | on     | on     | ended           | ended                  | ended                  | changes the password
Use reset link            | on     | off    | ended           | ended                  | ended                  | ended
Use reset link            | off    | on     | closed          | closed                 | closed                 | closed
Use reset link            | off    | off    | closed          | closed                 | closed                 | closed
Sign in                   | on     | on     | wrong           | wrong                  | wrong                  | signs in
Sign in                   | on     | off    | wrong           | wrong                  | wrong                  | wrong
Sign in                   | off    | on     | closed          | closed                 | closed                 | closed
Sign in                   | off    | off    | closed          | closed                 | closed                 | closed
Next click                | on     | on     | sign-in page    | sign-in page           | sign-in page           | page
Next click                | on     | off    | sign-in page    | sign-in page           | sign-in page           | sign-in page
Next click                | off    | on     | closed          | closed                 | closed                 | closed
Next click                | off    | off    | closed          | closed                 | closed                 | closed
Portal access OFF         | on     | on     | switches off    | switches off           | switches off           | switches off
Portal access OFF         | on     | off    | nothing         | nothing                | nothing                | nothing
Portal access OFF         | off    | on     | switches off    | switches off           | switches off           | switches off
Portal access OFF         | off    | off    | nothing         | nothing                | nothing                | nothing
Portal access ON          | on     | on     | nothing         | nothing                | nothing                | nothing
Portal access ON          | on     | off    | switches on     | switches on            | switches on            | switches on
Portal access ON          | off    | on     | nothing         | nothing                | nothing                | nothing
Portal access ON          | off    | off    | switches on     | switches on            | switches on            | switches on
Revoke Access             | on     | on     | no: nobody      | revokes                | revokes                | revokes
Revoke Access             | on     | off    | no: nobody      | revokes                | revokes                | revokes
Revoke Access             | off    | on     | no: nobody      | revokes                | revokes                | revokes
Revoke Access             | off    | off    | no: nobody      | revokes                | revokes                | revokes
Bulk invitation           | on     | on     | queues          | left out               | queues again           | left out
Bulk invitation           | on     | off    | left out        | left out               | left out               | left out
Bulk invitation           | off    | on     | left out        | left out               | left out               | left out
Bulk invitation           | off    | off    | left out        | left out               | left out               | left out
Change primary address    | on     | on     | another address | and ends the invitation | and ends the invitation | and keeps the login
Change primary address    | on     | off    | another address | and ends the invitation | and ends the invitation | and keeps the login
Change primary address    | off    | on     | another address | and ends the invitation | and ends the invitation | and keeps the login
Change primary address    | off    | off    | another address | and ends the invitation | and ends the invitation | and keeps the login
Remove further address    | on     | on     | removes         | removes the login too  | removes the login too  | removes the login too
Remove further address    | on     | off    | removes         | removes the login too  | removes the login too  | removes the login too
Remove further address    | off    | on     | removes         | removes the login too  | removes the login too  | removes the login too
Remove further address    | off    | off    | removes         | removes the login too  | removes the login too  | removes the login too
`

export const ACTIONS = [
  'Invite to Portal',
  'Resend Invitation',
  'Open link',
  'Use link',
  'Send me a new link',
  'Forgot password',
  'Send Password Reset Email',
  'Use reset link',
  'Sign in',
  'Next click',
  'Portal access OFF',
  'Portal access ON',
  'Revoke Access',
  'Bulk invitation',
  'Change primary address',
  'Remove further address',
] as const
export type Action = (typeof ACTIONS)[number]
export type Switch = 'on' | 'off'

/** What is known of a login from outside the code: rows and what stands in them. */
export type Snapshot = {
  access: 'none' | 'invited' | 'active'
  /** What the Clients table says: of the primary address, unless the client is switched off. */
  listed: 'not-invited' | 'invited' | 'active' | 'disabled'
  client: Switch
  password: 'none' | 'the old one' | 'a new one'
  /** Sessions that have not ended. */
  sessions: number
  isPrimary: boolean
  isFurther: boolean
  /** New entries of Contact History, and new mails, in their order. */
  entries: readonly string[]
  mails: readonly string[]
}

/** What comes of an action: how it is answered, and all that changes by it. What is not named stays as it was. */
export type Outcome = {
  status: number | readonly number[]
  /** Where the answer leads, or what it says; of a redirect within the site: what the page there says. */
  leadsTo?: RegExp
  says?: RegExp
  changes?: Partial<Omit<Snapshot, 'listed'>>
  /** What further actions come to afterwards, as long as the portal is on. */
  afterwards?: Partial<Record<Action, string>>
}

const sent = (entry: string): Partial<Omit<Snapshot, 'listed'>> => ({ access: 'invited', entries: [entry], mails: ['invitation'] })
const gone = { access: 'none', password: 'none', sessions: 0 } as const
/** Nothing that opened before opens. */
const shut = { 'Open link': 'ended', 'Use link': 'ended', 'Use reset link': 'ended', 'Sign in': 'wrong', 'Next click': 'sign-in page' }
const ANY = [200, 303, 409, 410, 422]

export const OUTCOMES: Record<string, Outcome> = {
  nothing: { status: ANY },
  closed: { status: 503, says: /not available right now/ },
  ended: { status: 410, says: /no longer works|has ended|doesn’t work/i },
  expired: { status: 410, says: /Send me a new link/ },
  'reset expired': { status: 410, says: /has expired.*Send me another link/ },
  'asks for a password': { status: 200, says: /name="password"/ },
  'sign-in page': { status: 303, leadsTo: /\/sign-in/ },
  page: { status: 200, says: /Outstanding balance/ },
  wrong: { status: 422, says: /don’t match/ },
  'signs in': { status: 303, leadsTo: /^\/portal$/, changes: { sessions: 2 } },

  'no: portal off': { status: [303, 409], says: /The client portal is switched off, so no mail/ },
  'no: client off': { status: [303, 409], says: /Portal access is switched off for this client/ },
  'no: invited already': { status: [303, 409], says: /Resend Invitation/ },
  'no: active already': { status: [303, 409], says: /has access already/ },
  'no: revoked': { status: [303, 409], says: /Nothing more was sent/ },
  'no: no login': { status: [303, 409], says: /has no password for this client yet/ },
  'no: nobody': { status: [303, 409], says: /Nobody can sign in/ },

  invites: { status: 303, changes: sent('invitation-sent'), afterwards: { 'Open link': 'ended', 'Sign in': 'wrong' } },
  'sends again': { status: 303, changes: sent('invitation-resent'), afterwards: { 'Open link': 'ended', 'Use link': 'ended' } },
  'sends a new link': { status: 303, changes: sent('invitation-resent'), afterwards: { 'Open link': 'ended', 'Use link': 'ended' } },
  'sets the password': {
    status: 303,
    leadsTo: /^\/portal$/,
    changes: { access: 'active', password: 'a new one', sessions: 2, entries: ['password-set', 'first-login'] },
    afterwards: { 'Open link': 'ended', 'Use link': 'ended' },
  },
  'says it is sent': { status: 303, leadsTo: /\/forgot-password\?sent/ },
  'says and sends it': {
    status: 303,
    leadsTo: /\/forgot-password\?sent/,
    changes: { entries: ['reset-sent'], mails: ['password-reset'] },
    afterwards: { 'Use reset link': 'ended', 'Next click': 'page' },
  },
  'sends a reset': {
    status: 303,
    changes: { entries: ['reset-sent'], mails: ['password-reset'] },
    afterwards: { 'Use reset link': 'ended', 'Next click': 'page' },
  },
  'changes the password': {
    status: 303,
    leadsTo: /\/sign-in/,
    changes: { password: 'a new one', sessions: 0, entries: ['password-changed'], mails: ['password-changed'] },
    afterwards: { 'Next click': 'sign-in page', 'Use reset link': 'ended', 'Sign in': 'wrong' },
  },
  'switches off': { status: 303, changes: { client: 'off', sessions: 0, entries: ['access-disabled'] }, afterwards: shut },
  'switches on': { status: 303, changes: { client: 'on', entries: ['access-enabled'] } },
  revokes: { status: 303, changes: { ...gone, entries: ['access-revoked'] }, afterwards: shut },
  queues: { status: 303, leadsTo: /^\/invitations\/\w{16}$/, changes: sent('invitation-sent'), afterwards: { 'Open link': 'ended' } },
  'queues again': { status: 303, leadsTo: /^\/invitations\/\w{16}$/, changes: sent('invitation-resent'), afterwards: { 'Open link': 'ended' } },
  'left out': { status: 303, leadsTo: /^\/invitations\/new/ },
  'another address': { status: 303, changes: { isPrimary: false, entries: ['address-changed'] } },
  'and ends the invitation': { status: 303, changes: { isPrimary: false, access: 'none', entries: ['address-changed'] }, afterwards: shut },
  'and keeps the login': { status: 303, changes: { isPrimary: false, entries: ['address-changed'] } },
  removes: { status: 303, changes: { isFurther: false, entries: ['access-removed'] } },
  'removes the login too': { status: 303, changes: { ...gone, isFurther: false, entries: ['access-removed'] }, afterwards: shut },
}

/** What the Clients table should say then. */
export const listedAs = ({ access, client, isPrimary }: Omit<Snapshot, 'listed'>): Snapshot['listed'] => {
  if (client === 'off') return 'disabled'
  return isPrimary && access !== 'none' ? access : 'not-invited'
}

const COLUMNS: readonly Stand[] = ['not invited', 'invited', 'expired', 'active']

const rows = new Map<string, string[]>()
const [head = '', , ...lines] = TABLE.trim().split('\n')
for (const line of lines) {
  const [action = '', portal = '', client = '', ...cells] = line.split('|').map((cell) => cell.trim())
  const key = [action, portal, client].join()
  if (rows.has(key)) throw new Error(`twice in the table: ${key}`)
  rows.set(key, cells)
}
if (
  head
    .split('|')
    .slice(3)
    .map((cell) => cell.trim())
    .join() !== COLUMNS.join()
)
  throw new Error('the table’s columns are not the four states')

export const TABLE_ROWS: readonly string[] = [...rows.keys()]

/** The name of what should come of it. @throws when the table doesn't say */
export const expected = (action: Action, stand: Stand, portal: Switch, client: Switch): string => {
  const cell = rows.get([action, portal, client].join())?.[COLUMNS.indexOf(stand)]
  if (cell === undefined || !(cell in OUTCOMES)) throw new Error(`the table doesn’t say what “${action}” does: ${stand}, portal ${portal}, client ${client}`)
  return cell
}
