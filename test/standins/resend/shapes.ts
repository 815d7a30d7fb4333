import * as z from 'zod'

/**
 * What goes over the wire to Resend and back, as its documentation and its SDK's types have it. The samples beside this
 * folder, what the Worker sends, what the stand-in answers and what the Worker takes in are all held against these.
 */

const MOST_RECIPIENTS = 50
export const MOST_MAILS = 100
export const LONGEST_KEY = 256

const ADDRESS = /^(?:[^<>]*<[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/
const address = z
  .string()
  .regex(ADDRESS, 'Invalid email address. The email address needs to follow the `email@example.com` or `Name <email@example.com>` format.')
const addresses = z.union([address.transform((one) => [one]), z.array(address).min(1).max(MOST_RECIPIENTS)])

const WORD = /^[A-Za-z0-9_-]{1,256}$/
const word = z.string().regex(WORD, 'Tags should only contain ASCII letters, numbers, underscores, or dashes.')

/** One mail, as both endpoints take it. A field that Resend doesn't know is a mistake of ours, and refused. */
export const MailRequest = z.strictObject({
  from: address,
  to: addresses,
  subject: z.string(),
  html: z.string().optional(),
  text: z.string().optional(),
  cc: addresses.optional(),
  bcc: addresses.optional(),
  reply_to: addresses.optional(),
  headers: z.record(z.string(), z.string()).optional(),
  tags: z.array(z.strictObject({ name: word, value: word })).optional(),
})
export type MailRequest = z.output<typeof MailRequest>
export const BatchRequest = z.array(MailRequest).min(1).max(MOST_MAILS)

export const MailAnswer = z.strictObject({ id: z.uuid() })
export const BatchAnswer = z.strictObject({
  /** Those that were taken, in the order in which they were sent. */
  data: z.array(MailAnswer),
  /** In permissive mode: those that were not, by their place in the request. */
  errors: z.array(z.strictObject({ index: z.int().min(0), message: z.string() })).optional(),
})
export const Refusal = z.strictObject({ statusCode: z.int().min(400).max(599), name: z.string(), message: z.string() })

const about = {
  broadcast_id: z.string().optional(),
  template_id: z.string().optional(),
  created_at: z.string(),
  email_id: z.uuid(),
  message_id: z.string().optional(),
  from: z.string(),
  to: z.array(z.string()),
  subject: z.string(),
  tags: z.record(z.string(), z.string()).optional(),
}
const event = <T extends string, D extends z.ZodRawShape>(type: T, more: D) =>
  z.strictObject({ type: z.literal(type), created_at: z.iso.datetime(), data: z.strictObject({ ...about, ...more }) })

export const MailEvent = z.discriminatedUnion('type', [
  event('email.sent', {}),
  event('email.delivered', {}),
  event('email.delivery_delayed', {}),
  event('email.complained', {}),
  event('email.bounced', { bounce: z.strictObject({ type: z.string(), subType: z.string(), message: z.string() }) }),
  event('email.failed', { failed: z.strictObject({ reason: z.string() }) }),
  event('email.suppressed', { suppressed: z.strictObject({ type: z.string(), message: z.string() }) }),
])
export type MailEvent = z.output<typeof MailEvent>
export type EventType = MailEvent['type']
