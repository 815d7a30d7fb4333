import type { Call } from './post.ts'

/** A provider's desk for batches: takes each key once, refuses a changed body under it, and counts what it took. */

type Sent = { to: string; tags: { name: string; value: string }[] }
/** What befalls a call. `taken-silent`: its mails are taken, and no answer comes. */
export type Trouble = 'slower' | 'broken' | 'silent' | 'taken-silent' | Response | undefined

const refusal = (statusCode: number, name: string, headers: Record<string, string> = {}) =>
  Response.json({ statusCode, name, message: `${name}, says the provider` }, { status: statusCode, headers })
const never = () => new Promise<Response>(() => {})

export const makeDesk = (trouble: (call: Call, nth: number) => Trouble = () => undefined) => {
  const answered = new Map<string, { body: string; answer: unknown }>()
  const taken = new Map<string, number>()
  const conflicts: string[] = []

  const receive = ({ key, body }: Call): Response => {
    const earlier = answered.get(key ?? '')
    if (earlier && earlier.body !== body) {
      conflicts.push(key ?? '')
      return refusal(409, 'invalid_idempotent_request')
    }
    const answer = earlier?.answer ?? answerTo(JSON.parse(body) as Sent[] | Sent)
    answered.set(key ?? '', { body, answer })
    return Response.json(answer)
  }
  const take = ({ to }: Sent) => {
    taken.set(to, (taken.get(to) ?? 0) + 1)
    return { id: `provider of ${to}` }
  }
  const answerTo = (mails: Sent[] | Sent) => {
    if (!Array.isArray(mails)) return take(mails)
    const isBad = ({ to }: Sent) => to.startsWith('bad')
    return {
      data: mails.filter((mail) => !isBad(mail)).map(take),
      errors: mails.flatMap((mail, index) => (isBad(mail) ? [{ index, message: 'Invalid `to` field.' }] : [])),
    }
  }

  const reply = (call: Call, nth: number): Response | Promise<Response> => {
    const met = trouble(call, nth)
    if (met instanceof Response) return met
    if (met === 'slower') return refusal(429, 'rate_limit_exceeded', { 'retry-after': '1' })
    if (met === 'broken') return refusal(500, 'internal_server_error')
    if (met === 'silent') return never()
    const answer = receive(call)
    return met === 'taken-silent' ? never() : answer
  }
  return {
    reply,
    /** How often each address was sent a mail. */
    taken,
    /** Keys that came with another body. */
    conflicts,
    /** Addresses that got more than one. */
    twice: () => [...taken].filter(([, times]) => times > 1).map(([to]) => to),
  }
}

/** Of a call with several mails: whom they are for. */
export const addressesOf = ({ body }: Call): string[] => (JSON.parse(body) as Sent[]).map(({ to }) => to)
/** As whole refusals come. */
export const wholeRefusal = refusal
