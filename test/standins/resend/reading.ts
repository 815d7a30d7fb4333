import { type Answer, invalid, missing, noJson } from './answers.ts'
import { MailRequest, MOST_MAILS } from './shapes.ts'

/** What of a request is mail, and what is wrong with the rest. */

/** A mail of a call that was read; or what Resend says of one that is none. */
export type ReadMail = { mail: MailRequest } | { refused: Answer; message: string }

const readMail = (json: unknown): ReadMail => {
  const bad = (answer: (message: string) => Answer, message: string): ReadMail => ({ refused: answer(message), message })
  const lacking = ['from', 'to', 'subject'].find((field) => typeof json !== 'object' || json === null || !(field in json))
  if (lacking) return bad(missing, `Missing \`${lacking}\` field.`)
  const { data, error } = MailRequest.safeParse(json)
  if (!data) return bad(invalid, `Invalid \`${String(error.issues[0]?.path[0] ?? 'body')}\` field. ${error.issues[0]?.message}`)
  return data.html || data.text ? { mail: data } : bad(invalid, 'Missing `html` or `text` field.')
}

const jsonOf = (body: string): { json: unknown } | undefined => {
  try {
    return { json: JSON.parse(body) }
  } catch {
    return undefined
  }
}

/**
 * The mails of `POST /emails` and of `POST /emails/batch`; an answer when the call is no good as a whole. Some things are
 * refused as a whole even in permissive mode: an address that begins with `poison` stands for them.
 */
export const readCall = (path: string, body: string): ReadMail[] | Answer => {
  const read = jsonOf(body)
  if (!read) return noJson()
  if (path === '/emails') return [readMail(read.json)]
  if (!Array.isArray(read.json) || read.json.length === 0) return invalid('The request body must be an array of emails.')
  if (read.json.length > MOST_MAILS) return invalid(`The batch may hold at most ${MOST_MAILS} emails.`)
  const mails = read.json.map(readMail)
  const poison = mails.find((one) => 'mail' in one && one.mail.to.some((to) => to.startsWith('poison')))
  return poison ? invalid('Invalid `to` field. The call was refused as a whole.') : mails
}
