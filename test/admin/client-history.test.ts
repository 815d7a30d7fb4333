import { beforeAll, describe, expect, it } from 'vitest'
import { activity } from '#src/db/schema/activity.ts'
import { newId } from '#src/ids.ts'
import { all, page, post, textOf } from '#test/access/client-tab.ts'
import { type Actor, makeActor, makeStage, type Stage, unhurried } from '#test/access/stage.ts'
import { farAway } from '#test/far-away.ts'

/** Contact History: every step with who did it, and staff's notes between them. */

let stage: Stage
beforeAll(async () => {
  stage = await makeStage('Historywell')
})

const note = (actor: Actor, text: string, id = newId(), given = unhurried) => post(actor, '/notes', { id, note: text }, given)
const notesOf = async ({ clientId }: Actor) =>
  (await all<{ text: string }>(`SELECT text FROM activity WHERE client_id = ? AND type = 'note' ORDER BY rowid`, clientId)).map(({ text }) => text)
const log = async (actor: Actor, rows: Partial<typeof activity.$inferInsert>[]) => {
  const { door } = actor.company
  const writes = rows.map((row, i) => [
    `entry${i}`,
    door.insert(activity, { id: newId(), clientId: actor.clientId, at: Date.now() + i, type: 'system', ...row } as typeof activity.$inferInsert),
  ])
  await door.run(Object.fromEntries(writes))
}

describe('a note', () => {
  it('stands with its author, its time and its line breaks, and as text alone', async () => {
    const actor = await makeActor(stage, 'active')
    const answer = await note(actor, '  First line\r\n\r\n<b>Second</b> line  ')
    expect([answer.status, answer.headers.get('Location')]).toEqual([303, `/clients/${actor.clientId}/history`])
    expect(await notesOf(actor)).toEqual(['First line\n\n<b>Second</b> line'])
    const text = await textOf(actor, '/history')
    expect(text).toContain('<p class="words">First line\n\n&lt;b&gt;Second&lt;/b&gt; line</p>')
    expect(text).toContain('by Staff of Historywell')
    expect(text).toContain('it can’t be changed or deleted')
  })

  it('is written once, however often its form is sent', async () => {
    const actor = await makeActor(stage, 'active')
    const id = newId()
    const answers = await Promise.all([1, 2, 3].map(() => note(actor, 'Once', id, farAway(unhurried))))
    expect(answers.map(({ status }) => status)).toEqual([303, 303, 303])
    expect((await note(actor, 'Once', id)).status).toBe(303)
    expect(await notesOf(actor)).toEqual(['Once'])
    // Another note from the same form, as Back brings it up, is not lost.
    expect((await note(actor, 'Once more', id)).status).toBe(303)
    expect((await notesOf(actor)).sort()).toEqual(['Once', 'Once more'])
    // Each page brings a form of its own.
    const ids = await Promise.all([1, 2].map(async () => /name="id" value="(\w{16})"/.exec(await textOf(actor, '/history'))?.[1]))
    expect(ids[0]).not.toBe(ids[1])
  })

  it.each([
    ['empty', ' \r\n ', /Write the note first/],
    ['too long', 'é'.repeat(2001), /at most 2,000 characters; this one has 2,001/],
  ])('that is %s comes back as it was typed', async (_, typed, why) => {
    const actor = await makeActor(stage, 'active')
    const answer = await note(actor, typed)
    expect(answer.status).toBe(422)
    const text = await answer.text()
    expect(text).toMatch(why)
    expect(text).toContain(typed.trim())
    expect(await notesOf(actor)).toEqual([])
  })

  it('may have 2,000 characters in any script', async () => {
    const actor = await makeActor(stage, 'active')
    for (const letter of ['a', '漢', '😀']) expect((await note(actor, letter.repeat(2000))).status, letter).toBe(303)
    expect(await notesOf(actor)).toHaveLength(3)
  })

  it('with an id of another client’s entry changes nothing there, and is written here', async () => {
    const [actor, other] = [await makeActor(stage, 'active'), await makeActor(stage, 'active')]
    const id = newId()
    await note(other, 'Theirs', id)
    expect((await note(actor, 'Ours', id)).status).toBe(303)
    expect(await notesOf(other)).toEqual(['Theirs'])
    expect(await notesOf(actor)).toEqual(['Ours'])
  })
})

describe('the list', () => {
  it('says each step, who did it, and why a mail did not arrive', async () => {
    const actor = await makeActor(stage, 'active')
    const { staffId } = stage.company
    await log(actor, [
      { event: 'invitation-sent', staffId, text: 'a@x.example' },
      { event: 'mail-bounced', text: 'a@x.example: Permanent: no such mailbox' },
      { event: 'invitation-resent', staffId, text: 'b@x.example' },
      { event: 'first-login', portalUserId: actor.portalUserId },
      { event: 'invoice-viewed', portalUserId: actor.portalUserId, documentId: 'i', documentNumber: 'INV-7' },
      { event: 'access-disabled', staffId },
    ])
    const text = await textOf(actor, '/history')
    for (const words of [
      'Invitation sent</b>',
      'to a@x.example',
      'Mail bounced',
      'a@x.example: Permanent: no such mailbox',
      'Invitation sent again',
      'to b@x.example',
      'First login',
      `by ${actor.email}`,
      'Invoice viewed INV-7',
      'Portal access switched off',
    ])
      expect(text).toContain(words)
    // The tab beside it shows the newest five.
    const tab = await textOf(actor)
    expect(tab).toContain('Portal access switched off')
    expect(tab).toContain('Mail bounced')
    expect(tab).not.toContain('Invitation sent <small>')
  })

  it('narrows to one type, and keeps it from page to page', async () => {
    const actor = await makeActor(stage, 'active')
    await log(actor, [
      ...Array.from({ length: 60 }, () => ({ event: 'first-login' as const, portalUserId: actor.portalUserId })),
      { type: 'note', text: 'A word' },
    ])
    const notes = await textOf(actor, '/history?type=note')
    expect(notes).toContain('A word')
    expect(notes).not.toContain('First login')
    const system = await textOf(actor, '/history?type=system')
    expect(system).not.toContain('A word')
    expect(system.match(/First login/g)).toHaveLength(50)
    const older = /href="([^"]+)"[^>]*>Older/.exec(system)?.[1]?.replaceAll('&amp;', '&') ?? ''
    expect(older).toContain('type=system')
    const second = await (await page(actor, older.slice(`/clients/${actor.clientId}`.length))).text()
    expect(second.match(/First login/g)).toHaveLength(10)
    expect(await textOf(actor, '/history?type=else')).toContain('A word')
  })
})
