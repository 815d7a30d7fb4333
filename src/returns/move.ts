import { and, eq, inArray, type SQL, sql } from 'drizzle-orm'
import { entryForReturn } from '#src/activity/entries.ts'
import type { ClientDoor } from '#src/db/client-door.ts'
import type { TenantDoor } from '#src/db/door.ts'
import type { ActivityEvent } from '#src/db/schema/activity.ts'
import { type ReturnCondition, type ReturnOutcome, returnLines, returnPhotos, returnRequests } from '#src/db/schema/returns.ts'
import { portalSettings } from '#src/db/schema/tenants.ts'
import type { StaffDoor } from '#src/db/staff-door.ts'
import type { Write } from '#src/db/statement.ts'
import { type MailRow, queueMail } from '#src/mail/outbox.ts'
import type { ReturnRequest } from './request.ts'
import { RETURN_MOVES, type ReturnAction } from './states.ts'

/**
 * The moves of a return request, each as statements for one batch: the log's entry, the mails and whatever belongs to it,
 * all if it is still in a state that the move begins in; the move itself comes last. `moved` is 0 for whoever came too late.
 */

type Moved = Pick<ReturnRequest, 'id' | 'clientId' | 'number'>
type Move = {
  action: ReturnAction
  event: ActivityEvent
  text?: string
  mails?: MailRow[]
  set?: { outcome?: ReturnOutcome; creditNote?: string }
  also?: (still: SQL) => Record<string, Write>
}

const moving = (door: TenantDoor, who: { staffId?: string; portalUserId?: string; now: number; allowed?: SQL }, request: Moved, move: Move) => {
  const { from, to } = RETURN_MOVES[move.action]
  const mayMove = and(eq(returnRequests.id, request.id), inArray(returnRequests.state, [...from]), who.allowed)
  const still = door.exists(returnRequests, mayMove)
  const { staffId, portalUserId, now } = who
  return {
    entry: entryForReturn(
      door,
      request,
      { event: move.event, at: now, text: move.text ?? '', ...(staffId && { staffId }), ...(portalUserId && { portalUserId }) },
      still,
    ),
    ...Object.fromEntries((move.mails ?? []).map((mail) => [`mail ${mail.id}`, queueMail(door, mail, still)])),
    ...move.also?.(still),
    moved: door.update(returnRequests, { ...move.set, state: to, updatedAt: now }, mayMove),
  }
}

const byStaff = (door: StaffDoor, request: Moved, move: Move) => moving(door, { staffId: door.who.staffId, now: door.who.now }, request, move)
const byClient = (door: ClientDoor, request: Moved, move: Move) =>
  moving(door, { portalUserId: door.who.portalUserId, now: door.who.now, allowed: door.companyAllows(portalSettings.requestReturns) }, request, move)

export const askForMore = (door: StaffDoor, request: Moved, question: string, mails: MailRow[]) =>
  byStaff(door, request, { action: 'ask', event: 'return-question', text: question, mails })

/** On without the client's answer. */
export const resumeReturn = (door: StaffDoor, request: Moved) => byStaff(door, request, { action: 'resume', event: 'return-resumed' })

/** How much of each line is approved, or was received: by the line's order and position. */
type Figure = { orderId: string; position: number }
const figure = (figures: Figure[], name: string): SQL => sql`(SELECT value ->> ${name} FROM json_each(${JSON.stringify(figures)})
  WHERE value ->> 'orderId' = ${returnLines.orderId} AND value ->> 'position' = ${returnLines.position})`

/** Whether it is all or a part of it, the lines themselves say. */
export const approveReturn = (door: StaffDoor, request: Moved, lines: (Figure & { quantity: number; approved: number })[], mails: MailRow[]) => {
  const isWhole = lines.every(({ quantity, approved }) => approved === quantity)
  return byStaff(door, request, {
    action: isWhole ? 'approve' : 'approve-in-part',
    event: isWhole ? 'return-approved' : 'return-partly-approved',
    mails,
    also: (still) => ({ lines: door.update(returnLines, { approved: figure(lines, 'approved') }, and(eq(returnLines.returnId, request.id), still)) }),
  })
}

export const rejectReturn = (door: StaffDoor, request: Moved, reason: string, mails: MailRow[]) =>
  byStaff(door, request, { action: 'reject', event: 'return-rejected', text: reason, mails })

export const receiveReturn = (door: StaffDoor, request: Moved, lines: (Figure & { received: number; condition: ReturnCondition | null })[], mails: MailRow[]) =>
  byStaff(door, request, {
    action: 'receive',
    event: 'return-received',
    mails,
    also: (still) => ({
      lines: door.update(
        returnLines,
        { received: figure(lines, 'received'), condition: figure(lines, 'condition') },
        and(eq(returnLines.returnId, request.id), still),
      ),
    }),
  })

export const closeReturn = (
  door: StaffDoor,
  request: Moved,
  { outcome, creditNote, text }: { outcome: ReturnOutcome; creditNote: string; text: string },
  mails: MailRow[],
) => byStaff(door, request, { action: 'close', event: 'return-closed', text, mails, set: { outcome, creditNote } })

/** The photos that were put by for it go along. */
export const answerQuestion = (door: ClientDoor, request: Moved, answer: string, mails: MailRow[]) =>
  byClient(door, request, {
    action: 'answer',
    event: 'return-answered',
    text: answer,
    mails,
    also: (still) => ({
      photos: door.update(
        returnPhotos,
        { sentAt: door.who.now },
        and(eq(returnPhotos.returnId, request.id), eq(returnPhotos.portalUserId, door.who.portalUserId), still),
      ),
    }),
  })

export const withdrawReturn = (door: ClientDoor, request: Moved, mails: MailRow[]) =>
  byClient(door, request, { action: 'withdraw', event: 'return-withdrawn', mails })
