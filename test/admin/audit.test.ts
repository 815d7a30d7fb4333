import { beforeEach, expect, it } from 'vitest'
import { auditEntries } from '#src/db/schema/audit.ts'
import { newId } from '#src/ids.ts'
import { askStaff } from '#test/asking.ts'
import { type Company, makeCast, signedInStaff } from '#test/cast.ts'

/** Settings → Audit: what was changed, newest first, page by page, and nobody else's. */

let ours: Company
let theirs: Company
let cookie: string
beforeEach(async () => {
  const cast = await makeCast()
  ours = cast.ours
  theirs = cast.theirs
  cookie = (await signedInStaff(ours)).cookie
})
const entry = ({ door, staffId }: Company, at: number, after: string, setting = 'legalName') =>
  door.run({ entry: door.insert(auditEntries, { id: newId(), at, staffId, area: 'company', setting, before: 'was', after }) })
const page = async (path = '/settings/audit') => (await askStaff(path, { cookie })).text()
const shown = (html: string) => [...html.matchAll(/<dt>To<\/dt><dd>([^<]*)</g)].map(([, after]) => after)

it('the newest first, with who and when, each once over all pages', async () => {
  const many = Array.from({ length: 130 }, (_, i) => i)
  // Two at a time: those of one instant keep an order, too.
  for (const i of many) await entry(ours, Date.UTC(2026, 4, 1) + Math.floor(i / 2) * 60_000, `value ${i}`)
  const seen: (string | undefined)[] = []
  for (let path: string | undefined = '/settings/audit'; path !== undefined; ) {
    const html: string = await page(path)
    expect(html).toContain('by Staff of Oursupply')
    seen.push(...shown(html))
    path = /href="(\/settings\/audit\?after=[^"]+)"/.exec(html)?.[1]?.replaceAll('&amp;', '&')
  }
  expect(seen.length).toBe(130)
  expect(new Set(seen).size).toBe(130)
  const minutes = seen.map((value) => Math.floor(Number(value?.split(' ')[1]) / 2))
  expect(minutes).toEqual(minutes.toSorted((a, b) => b - a))
})

it('nothing of another company’s; a switch in words, and what an older release called its settings as it was written', async () => {
  await entry(theirs, 1, 'their secret')
  await entry(ours, 2, '1', 'enabled')
  await entry(ours, 3, 'x', 'somethingOlder')
  const html = await page()
  expect(html).not.toContain('their secret')
  expect(shown(html)).toEqual(['x', 'On'])
  expect(html).toContain('somethingOlder')
  expect(html).toContain('Enable Client Portal')
})

it('says that nothing has been changed yet', async () => expect(await page()).toContain('No change yet'))
