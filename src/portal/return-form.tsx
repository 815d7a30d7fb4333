import { type Context, Hono } from 'hono'
import { senderOf } from '#src/access/sender.ts'
import type { PortalShell } from '#src/db/client-door.ts'
import { NoForm, NotFound, TooLarge } from '#src/errors.ts'
import { multipartOf, readForm } from '#src/guards.ts'
import { announceMail, type MailRow } from '#src/mail/outbox.ts'
import { PHOTO, Refused, tooLarge } from '#src/pictures/limits.ts'
import { askedOf, type ReturnProblems, type TypedReturn, typedReturn } from '#src/returns/form.ts'
import { answerQuestion, withdrawReturn } from '#src/returns/move.ts'
import { returnMail, staffReturnMails } from '#src/returns/news.ts'
import { addPhoto, forgetUnsent, MOST_PHOTOS, removePhotos, unsentPhotos } from '#src/returns/photos.ts'
import { type ReturnRequest, returnOf, returnReads, returnThere } from '#src/returns/request.ts'
import { goodsOf, goodsReads } from '#src/returns/returnable.ts'
import { instructionsIn, rulesOf } from '#src/returns/rules.ts'
import { canMove } from '#src/returns/states.ts'
import { submitReturn } from '#src/returns/submit.ts'
import { ReturnPage } from '#views/portal/return.tsx'
import { ReturnItemsPage } from '#views/portal/return-items.tsx'
import { ReturnReviewPage } from '#views/portal/return-review.tsx'
import type { ClientEnv } from './app-env.ts'

/** Asking for a return, and what a client does with one: each form leads on to a page of returns.tsx. */

/** A form's own parts, beside the photos. */
const AROUND = 256 * 1024
const FORM_BYTES = MOST_PHOTOS * PHOTO.bytes + AROUND
const ANSWER_MAX = 2000

export const returnForms = new Hono<ClientEnv>()
  // Back from the review, to go on with the form.
  .post('/new/items', async (c) => {
    const { typed } = await formOf(c)
    return itemsPage(c, await read(c, typed), typed, {})
  })
  .post('/new/review', async (c) => {
    const { door, link } = c.var
    const { typed, form } = await formOf(c)
    const first = await read(c, typed)
    const { asked, problems } = askedOf(typed, first.goods.lines, first.rules)
    await removePhotos(c.env, door, typed.id, form.getAll('remove-photo').map(String))
    const problem = await takePhotos(c, typed.id, form)
    c.executionCtx.waitUntil(forgetUnsent(c.env, door))
    const { photos } = await door.run({ photos: unsentPhotos(door, typed.id) })
    const all = { ...problems, ...(problem !== undefined && { photos: problem }) }
    if (Object.keys(all).length > 0) return itemsPage(c, { ...first, photos }, typed, all)
    return c.html(<ReturnReviewPage shell={first.shell} link={link} typed={typed} asked={asked} goods={first.goods} photos={photos} />)
  })
  .post('/', async (c) => {
    const { door, link } = c.var
    const { typed } = await formOf(c)
    const { there, staff, company, photos, ...first } = await read(c, typed)
    const done = c.redirect(`${link(`/returns/${typed.id}`)}?submitted`, 303)
    if (there.length > 0) return done
    const { shell, rules, goods } = first
    const { asked, problems } = askedOf(typed, goods.lines, rules)
    if (Object.keys(problems).length > 0) return itemsPage(c, { ...first, photos }, typed, problems)
    const { person, client } = shell
    const orders = shell.toggles.orderHistory ? goods.orders.flatMap(({ id, number }) => (asked.some((line) => line.orderId === id) ? [number] : [])) : []
    const subject = { id: typed.id, number: null, lines: asked, orders }
    const { now } = door.who
    const mails = [
      returnMail(c.env, { from: senderOf(c.env, shell.tenant, { profiles: company, settings: company }), to: person, client, subject, what: 'submitted', now }),
      ...toStaff(c, shell, staff, { subject, what: 'submitted', words: typed.note, photos: photos.length }),
    ]
    const made = await door.run(submitReturn(door, { id: typed.id, lines: asked, note: typed.note, rules, today: shell.today, mails }))
    if (made.there.length > 0) {
      announce(c, mails)
      return done
    }
    // Somebody else asked for the last of it in this very moment, a rule changed, or the session ended: the gate says which.
    const again = await read(c, typed)
    const left = askedOf(typed, again.goods.lines, again.rules).problems
    return itemsPage(
      c,
      again,
      typed,
      Object.keys(left).length > 0 ? left : { form: 'Something changed in this very moment. Look through it and send it again.' },
      409,
    )
  })
  .post('/:id/answer', async (c) => {
    const { door, link } = c.var
    const form = await photosForm(c)
    const answer = String(form.get('answer') ?? '')
      .replace(/\r\n?/g, '\n')
      .trim()
    const { shell, request, instructions, staff } = await readRequest(c)
    const show = (problem: string, status: 409 | 422) =>
      c.html(
        <ReturnPage shell={shell} link={link} request={request} instructions={instructions} mostPhotos={MOST_PHOTOS} answer={{ text: answer, problem }} />,
        status,
      )
    if (!canMove('answer', request.state)) return overtaken(c)
    if (answer === '') return show('Write an answer first.', 422)
    if ([...answer].length > ANSWER_MAX) return show(`That has ${[...answer].length} characters. Use at most ${ANSWER_MAX}.`, 422)
    const before = request.photos.length
    const problem = await takePhotos(c, request.id, form)
    if (problem !== undefined) return show(problem, 422)
    const { photos } = await door.run({ photos: unsentPhotos(door, request.id) })
    const subject = { ...request, orders: [] }
    const mails = toStaff(c, shell, staff, { subject, what: 'answered', words: answer, photos: before + photos.length })
    const { moved } = await door.run(answerQuestion(door, request, answer, mails))
    if (moved === 0) return overtaken(c)
    announce(c, mails)
    return c.redirect(link(`/returns/${request.id}`), 303)
  })
  .post('/:id/withdraw', async (c) => {
    const { door, link } = c.var
    await readForm(c)
    const { shell, request, staff } = await readRequest(c)
    if (request.state === 'withdrawn') return c.redirect(link(`/returns/${request.id}`), 303)
    if (!canMove('withdraw', request.state)) return overtaken(c)
    const mails = toStaff(c, shell, staff, { subject: { ...request, orders: [] }, what: 'withdrawn', photos: 0 })
    const { moved } = await door.run(withdrawReturn(door, request, mails))
    if (moved === 0) return overtaken(c)
    announce(c, mails)
    return c.redirect(link(`/returns/${request.id}`), 303)
  })

const announce = ({ env, var: { door }, executionCtx }: Context<ClientEnv>, mails: MailRow[]) =>
  executionCtx.waitUntil(
    announceMail(
      env,
      mails.map(({ id }) => ({ tenantId: door.tenantId, mailId: id })),
    ),
  )

type News = Pick<Parameters<typeof staffReturnMails>[1], 'subject' | 'what' | 'words' | 'photos'>
const toStaff = (
  { env, var: { door } }: Context<ClientEnv>,
  { company, client, person }: PortalShell,
  staff: { id: string; name: string; email: string }[],
  news: News,
) => staffReturnMails(env, { ...news, company, staff, client: client.name, by: person.name || person.email, now: door.who.now })

/** @throws NoForm, TooLarge */
const formOf = async (c: Context<ClientEnv>): Promise<{ typed: TypedReturn; form: FormData }> => {
  const form = await photosForm(c)
  const typed = typedReturn(form)
  if (!typed) throw await noForm(c)
  return { typed, form }
}

/** @throws NoForm, TooLarge */
const photosForm = async (c: Context<ClientEnv>): Promise<FormData> => {
  const form = await multipartOf(c, FORM_BYTES)
  if ([...form.keys()].length === 0) throw await noForm(c)
  return form
}

/** What is no form is told so to those alone who could have sent one. */
const noForm = async ({ var: { door } }: Context<ClientEnv>): Promise<Error> => {
  const { shell } = await door.page(() => ({}))
  return shell.toggles.requestReturns ? new NoForm() : new NotFound()
}

/** Puts the form's photos by. Answers what is wrong with one of them, in a sentence. */
const takePhotos = async (c: Context<ClientEnv>, returnId: string, form: FormData): Promise<string | undefined> => {
  const files = form.getAll('photos').filter((file): file is File => file instanceof File && file.size > 0)
  for (const file of files) {
    try {
      if (file.size > PHOTO.bytes) throw tooLarge(PHOTO)
      const isThere = await addPhoto(c.env, c.var.door, returnId, new Uint8Array(await file.arrayBuffer()))
      if (!isThere) return `Not all photos were taken: a request has at most ${MOST_PHOTOS}.`
    } catch (error) {
      if (error instanceof Refused) return files.length > 1 && file.name ? `${file.name.slice(0, 60)}: ${error.message}` : error.message
      throw error instanceof TooLarge ? tooLarge(PHOTO) : error
    }
  }
  return undefined
}

/** What a form is held against, and what its request needs. */
const read = async (c: Context<ClientEnv>, { id, chosen }: TypedReturn) => {
  const { door } = c.var
  const { shell, rules, there, staff, company, photos, ...rows } = await door.page((today) => ({
    ...goodsReads(door, chosen, today),
    rules: door.returnRules(),
    there: returnThere(door, id),
    staff: door.staffToTell(),
    company: door.company(),
    photos: unsentPhotos(door, id),
  }))
  const [stored] = rules
  const isOffered = shell.toggles.requestReturns && shell.toggles.orderHistory === 'order' in chosen
  if (!isOffered || !stored || (rows.goodsOrders.length === 0 && there.length === 0)) throw new NotFound()
  return { shell, rules: rulesOf(stored), there, staff, company, photos, goods: goodsOf(rows, rulesOf(stored), shell.today) }
}

type Shown = Pick<Awaited<ReturnType<typeof read>>, 'shell' | 'goods' | 'rules' | 'photos'>

const itemsPage = (c: Context<ClientEnv>, { shell, goods, rules, photos }: Shown, typed: TypedReturn, problems: ReturnProblems, status?: 409) =>
  c.html(
    <ReturnItemsPage shell={shell} link={c.var.link} typed={typed} goods={goods} reasons={rules.reasons} photos={photos} problems={problems} />,
    status ?? (Object.keys(problems).length > 0 ? 422 : 200),
  )

/** @throws NotFound */
const readRequest = async (
  c: Context<ClientEnv>,
): Promise<{ shell: PortalShell; request: ReturnRequest; instructions: string; staff: { id: string; name: string; email: string }[] }> => {
  const { door } = c.var
  const { shell, rules, staff, ...rows } = await door.page(() => ({
    ...returnReads(door, c.req.param('id') ?? ''),
    rules: door.returnRules(),
    staff: door.staffToTell(),
  }))
  if (!shell.toggles.requestReturns) throw new NotFound()
  const request = returnOf(rows)
  return { shell, request, instructions: instructionsIn(request.state, rules[0]), staff }
}

/** It was decided meanwhile: as it stands now, with a word about it. */
const overtaken = async (c: Context<ClientEnv>) => {
  const { shell, request, instructions } = await readRequest(c)
  return c.html(<ReturnPage shell={shell} link={c.var.link} request={request} instructions={instructions} mostPhotos={MOST_PHOTOS} isOvertaken />, 409)
}
