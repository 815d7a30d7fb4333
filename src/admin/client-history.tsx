import { Hono } from 'hono'
import { historyEntryOf, historyRead } from '#src/activity/history.ts'
import { addNote, LONGEST_NOTE, noteOf, noteProblem } from '#src/activity/notes.ts'
import { clientOf, clientRead } from '#src/clients/client.ts'
import { cursorOf, pageOf } from '#src/db/paging.ts'
import type { StaffDoor } from '#src/db/staff-door.ts'
import { readLongForm } from '#src/guards.ts'
import { isId, newId } from '#src/ids.ts'
import { ClientHistoryPage } from '#views/admin/client-history.tsx'
import type { StaffEnv } from './app-env.ts'

const HISTORY_PAGE = 50

const firstPage = (door: StaffDoor, id: string) => ({ clients: clientRead(door, id), history: historyRead(door, id, HISTORY_PAGE) })
const listed = (history: ReturnType<typeof historyRead>['row'][]) => {
  const { rows, next } = pageOf(history, HISTORY_PAGE, (entry) => ({ key: String(entry.at), id: entry.id }))
  return { entries: rows.map(historyEntryOf), next }
}

/** The client profile's Contact History, and the notes that staff add to it. */
export const clientHistoryPages = new Hono<StaffEnv>()
  .get('/:id/history', async (c) => {
    const { door, link } = c.var
    const id = c.req.param('id')
    const cursor = cursorOf(c.req.query('after'))
    const type = (['system', 'note'] as const).find((known) => known === c.req.query('type'))
    const { shell, clients, history } = await door.page(() => ({
      clients: clientRead(door, id),
      history: historyRead(door, id, HISTORY_PAGE, { type, cursor }),
    }))
    const form = { id: newId(), text: '', longest: LONGEST_NOTE }
    return c.html(<ClientHistoryPage shell={shell} link={link} client={clientOf(clients)} type={type} {...listed(history)} isFirstPage={!cursor} form={form} />)
  })
  .post('/:id/notes', async (c) => {
    const { door, link, now } = c.var
    const clientId = c.req.param('id')
    const typed = await readLongForm(c, 'id', 'note')
    const id = isId(typed.id) ? typed.id : newId()
    const note = noteOf(typed.note)
    const problem = noteProblem(note)
    const { shell, clients, history } = await door.page(() => firstPage(door, clientId))
    const client = clientOf(clients)
    if (problem !== undefined) {
      const form = { id, text: typed.note, longest: LONGEST_NOTE, problem }
      return c.html(<ClientHistoryPage shell={shell} link={link} client={client} type={undefined} {...listed(history)} isFirstPage form={form} />, 422)
    }
    const written = { clientId, note, staffId: shell.person.id, now }
    const { same } = await door.run(addNote(door, { ...written, id }))
    // Another note under the id of a form that was used before, as Back brings it up.
    if (same.length === 0) await door.run(addNote(door, { ...written, id: newId() }))
    return c.redirect(link(`/clients/${clientId}/history`), 303)
  })
