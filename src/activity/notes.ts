import { and, eq, sql } from 'drizzle-orm'
import type { Instant } from '#src/dates.ts'
import type { TenantDoor } from '#src/db/door.ts'
import { activity } from '#src/db/schema/activity.ts'
import { clients } from '#src/db/schema/clients.ts'

/** Staff's own words in Contact History: written once, and never changed. */

export const LONGEST_NOTE = 2000

/** As it is kept: line breaks as one character each, nothing around it. */
export const noteOf = (typed: string): string => typed.replaceAll(/\r\n?/g, '\n').trim()

/** What is wrong with a note; undefined when nothing is. Letters are counted as people see them in a count, not in bytes. */
export const noteProblem = (note: string): string | undefined => {
  if (note === '') return 'Write the note first.'
  const length = [...note].length
  return length > LONGEST_NOTE
    ? `A note has at most ${LONGEST_NOTE.toLocaleString('en-GB')} characters; this one has ${length.toLocaleString('en-GB')}.`
    : undefined
}

/** @param id made by the form, so that sending it twice writes one note */
export const addNote = (
  door: TenantDoor,
  { id, clientId, note, staffId, now }: { id: string; clientId: string; note: string; staffId: string; now: Instant },
) => ({
  added: door.insert(
    activity,
    { id, clientId, at: now, type: 'note', staffId, text: note },
    // The log refuses a second row of one id with an error: it must not come to that.
    { from: clients, where: sql`${eq(clients.id, clientId)} AND NOT ${door.exists(activity, eq(activity.id, id))}` },
  ),
  /** The note under that id, if it is this very one: then it was sent twice. */
  same: door.pick(
    activity,
    { id: activity.id },
    { where: and(eq(activity.id, id), eq(activity.clientId, clientId), eq(activity.staffId, staffId), eq(activity.text, note)) },
  ),
})
