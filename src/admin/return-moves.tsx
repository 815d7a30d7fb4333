import { type Context, Hono } from 'hono'
import { senderOf, senderReads } from '#src/access/sender.ts'
import { RETURN_CONDITIONS, RETURN_OUTCOMES } from '#src/db/schema/returns.ts'
import type { StaffShell } from '#src/db/staff-door.ts'
import type { Statements } from '#src/db/statement.ts'
import { readLongForm } from '#src/guards.ts'
import { announceMail, type MailRow } from '#src/mail/outbox.ts'
import { quantityOf } from '#src/returns/form.ts'
import { approveReturn, askForMore, closeReturn, receiveReturn, rejectReturn, resumeReturn } from '#src/returns/move.ts'
import { returnMail } from '#src/returns/news.ts'
import { ordersOf, type ReturnRequest, returnClientRead, returnOf, staffReturnReads } from '#src/returns/request.ts'
import { canMove, RETURN_MOVES, type ReturnAction } from '#src/returns/states.ts'
import type { ReturnForm } from '#views/admin/return-props.ts'
import { lineKey, OUTCOME_WORDS } from '#views/components/return-words.ts'
import type { StaffEnv } from './app-env.ts'
import { showReturn } from './returns.tsx'

/** What staff do with a return request: each form is one move. */

const LONGEST = 2000
const CREDIT_NOTE_MAX = 60

type Ctx = Context<StaffEnv>
type Read = Awaited<ReturnType<typeof read>>
/** What a form asks for: a move, or what is wrong with the form. */
type Wanted = { action: ReturnAction; mails: MailRow[]; statements: (mails: MailRow[]) => Statements & { moved: unknown } } | { form: ReturnForm }

const textOf = (typed: string): string => typed.replace(/\r\n?/g, '\n').trim()

const longProblem = (text: string, empty: string): string | undefined => {
  const { length } = [...text]
  if (length === 0) return empty
  return length > LONGEST ? `That has ${length} characters. Use at most ${LONGEST}.` : undefined
}

export const returnMoves = new Hono<StaffEnv>()
  .post('/:id/ask', (c) =>
    move(c, async ({ shell, request, ...rows }) => {
      const { question: typed } = await readLongForm(c, 'question')
      const question = textOf(typed)
      const problem = longProblem(question, 'Write what you need to know.')
      if (problem !== undefined) return { form: { action: 'ask', typed: { question }, problems: { question: problem } } }
      const mails = [mailOf(c, shell, request, rows, { what: 'question', words: question })]
      return { action: 'ask', mails, statements: () => askForMore(c.var.door, request, question, mails) }
    }),
  )
  .post('/:id/resume', (c) =>
    move(c, async ({ request }) => {
      await readLongForm(c)
      return { action: 'resume', mails: [], statements: () => resumeReturn(c.var.door, request) }
    }),
  )
  .post('/:id/approve', (c) =>
    move(c, async ({ shell, request, settings, ...rows }) => {
      const names = request.lines.map((line) => `approve-${lineKey(line)}`)
      const typed = await readLongForm(c, ...names)
      const problems: Record<string, string> = {}
      const lines = request.lines.map((line) => {
        const name = `approve-${lineKey(line)}`
        const approved = quantityOf(typed[name] ?? '')
        if (approved === undefined) problems[name] = 'Type how many; 0 for none.'
        else if (approved > line.quantity) problems[name] = 'More than was asked for.'
        return { orderId: line.orderId, position: line.position, quantity: line.quantity, approved: approved ?? 0 }
      })
      if (Object.keys(problems).length === 0 && lines.every(({ approved }) => approved === 0))
        problems.form = 'Approve at least one item, or reject the request with a reason.'
      if (Object.keys(problems).length > 0) return { form: { action: 'approve', typed, problems } }
      const isWhole = lines.every(({ approved, quantity }) => approved === quantity)
      const decided = { ...request, lines: request.lines.map((line, i) => ({ ...line, approved: lines[i]?.approved ?? 0 })) }
      const mails = [
        mailOf(
          c,
          shell,
          decided,
          { settings, ...rows },
          { what: isWhole ? 'approved' : 'partly-approved', instructions: settings[0]?.returnInstructions ?? '' },
        ),
      ]
      return { action: isWhole ? 'approve' : 'approve-in-part', mails, statements: () => approveReturn(c.var.door, request, lines, mails) }
    }),
  )
  .post('/:id/reject', (c) =>
    move(c, async ({ shell, request, ...rows }) => {
      const { reason: typed } = await readLongForm(c, 'reason')
      const reason = textOf(typed)
      const problem = longProblem(reason, 'Write why; the client sees it.')
      if (problem !== undefined) return { form: { action: 'reject', typed: { reason }, problems: { reason: problem } } }
      const mails = [mailOf(c, shell, request, rows, { what: 'rejected', words: reason })]
      return { action: 'reject', mails, statements: () => rejectReturn(c.var.door, request, reason, mails) }
    }),
  )
  .post('/:id/receive', (c) =>
    move(c, async ({ shell, request, ...rows }) => {
      const expected = request.lines.filter(({ approved }) => (approved ?? 0) > 0)
      const names = expected.flatMap((line) => [`receive-${lineKey(line)}`, `condition-${lineKey(line)}`])
      const typed = await readLongForm(c, ...names)
      const problems: Record<string, string> = {}
      const lines = request.lines.map((line) => {
        const key = lineKey(line)
        const received = expected.includes(line) ? quantityOf(typed[`receive-${key}`] ?? '') : 0
        const condition = RETURN_CONDITIONS.find((known) => known === typed[`condition-${key}`]) ?? null
        if (received === undefined) problems[`receive-${key}`] = 'Type how many came; 0 for none.'
        if (received && condition === null) problems[`receive-${key}`] = 'Choose in which condition.'
        return { orderId: line.orderId, position: line.position, received: received ?? 0, condition: received ? condition : null }
      })
      if (Object.keys(problems).length > 0) return { form: { action: 'receive', typed, problems } }
      const mails = [mailOf(c, shell, request, rows, { what: 'received' })]
      return { action: 'receive', mails, statements: () => receiveReturn(c.var.door, request, lines, mails) }
    }),
  )
  .post('/:id/close', (c) =>
    move(c, async ({ shell, request, ...rows }) => {
      const typed = await readLongForm(c, 'outcome', 'creditNote')
      const outcome = RETURN_OUTCOMES.find((known) => known === typed.outcome)
      const creditNote = outcome === 'credit' ? typed.creditNote.trim() : ''
      const isLong = [...creditNote].length > CREDIT_NOTE_MAX
      if (!outcome || isLong) {
        const problems = outcome ? { creditNote: `Use at most ${CREDIT_NOTE_MAX} characters.` } : { outcome: 'Choose what came of it.' }
        return { form: { action: 'close', typed, problems } }
      }
      const mails = [mailOf(c, shell, request, rows, { what: 'closed', outcome, creditNote })]
      const text = [OUTCOME_WORDS[outcome], creditNote].filter(Boolean).join(', ')
      return { action: 'close', mails, statements: () => closeReturn(c.var.door, request, { outcome, creditNote, text }, mails) }
    }),
  )

const read = async ({ var: { door } }: Ctx, id: string) => {
  const { shell, profiles, settings, ...rows } = await door.page(() => ({
    ...staffReturnReads(door, id),
    ...senderReads(door),
    client: returnClientRead(door, id),
  }))
  return { shell, profiles, settings, clientName: rows.client[0]?.name ?? '', request: returnOf(rows) }
}

type MailWords = Pick<Parameters<typeof returnMail>[1], 'what' | 'words' | 'instructions' | 'outcome' | 'creditNote'>

const mailOf = (
  { env, var: { now } }: Ctx,
  shell: StaffShell,
  request: ReturnRequest,
  { profiles, settings, clientName }: Omit<Read, 'shell' | 'request'>,
  words: MailWords,
) =>
  returnMail(env, {
    ...words,
    from: senderOf(env, shell.tenant, { profiles, settings }),
    to: request.asker,
    client: { id: request.clientId, name: clientName },
    subject: { ...request, orders: settings[0]?.orderHistory ? ordersOf(request) : [] },
    now,
  })

/** Reads the request, asks what is wanted of it, and does it if it still can be done; else the page says who was faster. */
const move = async (c: Ctx, wantedOf: (read: Read) => Promise<Wanted>) => {
  const { door, link } = c.var
  const id = c.req.param('id') ?? ''
  const first = await read(c, id)
  const wanted = await wantedOf(first)
  if ('form' in wanted) return canMove(wanted.form.action, first.request.state) ? showReturn(c, id, wanted.form, 422) : tooLate(c, id, wanted.form.action)
  const { moved } = await door.run(wanted.statements(wanted.mails))
  if (!moved) return tooLate(c, id, wanted.action)
  c.executionCtx.waitUntil(
    announceMail(
      c.env,
      wanted.mails.map((mail) => ({ tenantId: door.tenantId, mailId: mail.id })),
    ),
  )
  return c.redirect(link(`/returns/${id}`), 303)
}

/** Somebody was faster. If it was this person, by a second click, it is done. */
const tooLate = async (c: Ctx, id: string, action: ReturnAction) => {
  const { door, link } = c.var
  const { request } = await read(c, id)
  const last = request.story.at(-1)
  if (last?.staffId === door.who.staffId && request.state === RETURN_MOVES[action].to) return c.redirect(link(`/returns/${id}`), 303)
  return showReturn(c, id, { action, typed: {}, problems: {}, isTooLate: true }, 409)
}
