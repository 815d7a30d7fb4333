import { env } from 'cloudflare:workers'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { signStaffToken } from '#src/access/session-token.ts'
import { HOUR, MINUTE } from '#src/dates.ts'
import { staffSessions } from '#src/db/schema/staff.ts'
import type { Env } from '#src/env.ts'
import { newId } from '#src/ids.ts'
import { renderMail } from '#src/mail/render.tsx'
import { unhurried } from '#test/access/stage.ts'
import { ask, askPortal, askStaff, portalHost, STAFF_HOST } from '#test/asking.ts'
import { type Company, makeCast, makeClient, type Person, setSettings, signedInAs, signedInStaff } from '#test/cast.ts'
import { farAway, withBatch } from '#test/far-away.ts'
import { BROKEN_PNGS, FOREIGN, joined, png } from '#test/pictures/make.ts'
import { pictureAs, textOf } from '#test/pictures/other-kinds.ts'

let jpeg: Uint8Array
let webp: Uint8Array
beforeAll(async () => {
  jpeg = await pictureAs('image/jpeg', png({ width: 40, height: 10 }))
  webp = await pictureAs('image/webp', png({ width: 40, height: 10 }))
})

let [ours, theirs]: Company[] = []
let ada: Person
let cookie: string
beforeEach(async () => {
  const cast = await makeCast()
  ours = cast.ours
  theirs = cast.theirs
  ada = cast.ada
  cookie = (await signedInStaff(ours)).cookie
})
const own = (): Company => {
  if (!ours) throw new Error('no company')
  return ours
}

/** As a browser posts a file. */
const upload = (bytes: Uint8Array, { as: by = cookie, given = unhurried, name = 'logo.png' }: { as?: string; given?: Env; name?: string } = {}) => {
  const edge = 'edge-of-the-parts'
  const body = joined(
    `--${edge}\r\nContent-Disposition: form-data; name="logo"; filename="${name}"\r\nContent-Type: image/png\r\n\r\n`,
    bytes,
    `\r\n--${edge}--\r\n`,
  )
  return ask({
    host: STAFF_HOST,
    path: '/settings/client-portal/logo',
    method: 'POST',
    cookie: by,
    body: body as unknown as string,
    headers: { 'Content-Type': `multipart/form-data; boundary=${edge}` },
    env: given,
  })
}
const hashOf = async ({ tenantId }: Company) =>
  await env.DB.prepare('SELECT logo_hash FROM portal_settings WHERE tenant_id = ?').bind(tenantId).first<string>('logo_hash')
const keptBy = async ({ tenantId }: Company) => (await env.FILES.list({ prefix: `tenants/${tenantId}/logos/` })).objects.map(({ key }) => key)
const logoPath = async (company: Company) => `/assets/logo/${await hashOf(company)}.png`
const auditOf = async ({ tenantId }: Company) =>
  (await env.DB.prepare("SELECT before, after FROM audit_entries WHERE tenant_id = ? AND setting = 'logo' ORDER BY rowid").bind(tenantId).all()).results
const onlyOne = async (company: Company) => expect(await keptBy(company)).toEqual([`tenants/${company.tenantId}/logos/${await hashOf(company)}.png`])

/** One that is about to be renewed: the session was last seen a while ago. */
const oldCookie = async ({ tenantId, staffId, door }: Company) => {
  const sessionId = newId()
  const at = Date.now() - 10 * MINUTE
  await door.run({ session: door.insert(staffSessions, { id: sessionId, staffId, createdAt: at, seenAt: at }) })
  return `__Host-staff=${await signStaffToken(env, { tenantId, sessionId, staffId, timeZone: 'UTC' }, at)}`
}

describe('the logo', () => {
  it('is put, replaced and removed, each written down; nothing that no longer counts is left', async () => {
    expect((await upload(png({ width: 200, height: 50 }))).headers.get('Location')).toBe('/settings/client-portal?logo')
    const first = await hashOf(own())
    await onlyOne(own())
    await upload(jpeg)
    await onlyOne(own())
    expect(await hashOf(own())).not.toBe(first)
    // The same picture again is there already; once another one stood in between, it has a name of its own.
    const second = await hashOf(own())
    await upload(jpeg)
    expect(await hashOf(own())).toBe(second)
    await upload(webp)
    await upload(jpeg)
    await onlyOne(own())
    expect(await hashOf(own())).not.toBe(second)
    const page = await (await askStaff('/settings/client-portal', { cookie })).text()
    expect(page).toContain(await logoPath(own()))
    const removed = await askStaff('/settings/client-portal/logo/remove', { cookie, form: {}, env: unhurried })
    expect(removed.headers.get('Location')).toBe('/settings/client-portal?logo-removed')
    await askStaff('/settings/client-portal/logo/remove', { cookie, form: {}, env: unhurried })
    expect([await hashOf(own()), await keptBy(own())]).toEqual([null, []])
    expect(await auditOf(own())).toEqual([
      { before: '', after: '200 × 50 pixels' },
      { before: '200 × 50 pixels', after: '40 × 10 pixels' },
      { before: '40 × 10 pixels', after: '40 × 10 pixels' },
      { before: '40 × 10 pixels', after: '40 × 10 pixels' },
      { before: '40 × 10 pixels', after: '' },
    ])
  })

  it('put five times at once and removed meanwhile: what is kept is what is named', async () => {
    const given = farAway(unhurried)
    const remove = () => askStaff('/settings/client-portal/logo/remove', { cookie, form: {}, env: given })
    await Promise.all([upload(jpeg, { given }), upload(webp, { given }), remove(), upload(jpeg, { given }), upload(png(), { given })])
    const hash = await hashOf(own())
    expect(await keptBy(own())).toEqual(hash === null ? [] : [`tenants/${own().tenantId}/logos/${hash}.png`])
  })

  it('is put once and removed once, however often it is clicked', async () => {
    const given = farAway(unhurried)
    const three = async (click: () => Response | Promise<Response>) =>
      (await Promise.all([click(), click(), click()])).map((answer) => answer.headers.get('Location'))
    expect(await three(() => upload(jpeg, { given }))).toEqual(Array(3).fill('/settings/client-portal?logo'))
    await onlyOne(own())
    expect(await auditOf(own())).toHaveLength(1)
    expect(await three(() => askStaff('/settings/client-portal/logo/remove', { cookie, form: {}, env: given }))).toEqual(
      Array(3).fill('/settings/client-portal?logo-removed'),
    )
    expect([await keptBy(own()), await auditOf(own())]).toEqual([[], [expect.anything(), { before: '40 × 10 pixels', after: '' }]])
  })

  it('says so when others are always faster, and leaves nothing behind', async () => {
    await upload(webp)
    let others = 0
    // Before each write somebody else's is in place.
    const given = withBatch(
      (batch) => async (statements) => {
        const results = await batch(statements)
        others += 1
        await env.DB.prepare('UPDATE portal_settings SET logo_hash = ? WHERE tenant_id = ?').bind(`other${others}`, own().tenantId).run()
        return results
      },
      unhurried,
    )
    for (const answer of [await upload(jpeg, { given }), await askStaff('/settings/client-portal/logo/remove', { cookie, form: {}, env: given })]) {
      expect(answer.status).toBe(409)
      expect(await answer.text()).toContain('Somebody else changed the logo at the same moment.')
    }
    expect(await keptBy(own())).toHaveLength(1)
    expect(await auditOf(own())).toHaveLength(1)
  })

  it('clears up what an upload that broke off left, once it is surely over', async () => {
    const leftOver = `tenants/${own().tenantId}/logos/${'0'.repeat(32)}.png`
    await env.FILES.put(leftOver, 'x')
    await upload(jpeg)
    expect(await keptBy(own())).toContain(leftOver)
    const FILES = new Proxy(env.FILES, {
      get: (bucket, name) => {
        if (name !== 'list') return Reflect.get(bucket, name).bind(bucket)
        return async (options: R2ListOptions) => ({
          objects: (await bucket.list(options)).objects.map(({ key, uploaded }) => ({ key, uploaded: new Date(uploaded.getTime() - 2 * HOUR) })),
        })
      },
    })
    await upload(webp, { given: { ...unhurried, FILES } })
    await onlyOne(own())
  })

  it.each(['put', 'delete', 'list'] as const)('with R2 failing at “%s” the row never names what is missing', async (failing) => {
    await upload(jpeg)
    const before = await hashOf(own())
    const FILES = new Proxy(env.FILES, {
      get: (bucket, name) => (name === failing ? () => Promise.reject(new Error(`${failing} failed`)) : Reflect.get(bucket, name).bind(bucket)),
    })
    expect((await upload(webp, { given: { ...unhurried, FILES } })).status).toBe(failing === 'put' ? 500 : 303)
    expect((await hashOf(own())) === before).toBe(failing === 'put')
    expect(await keptBy(own())).toContain(`tenants/${own().tenantId}/logos/${await hashOf(own())}.png`)
  })

  it('is not taken in beyond its limit, whatever length was announced', async () => {
    let sent = 0
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        sent += 65_536
        if (sent > 64 * 1024 * 1024) controller.close()
        else controller.enqueue(new Uint8Array(65_536))
      },
    })
    const answer = await askStaff('/settings/client-portal/logo', {
      cookie,
      method: 'POST',
      body: endless as unknown as string,
      headers: { 'Content-Type': 'multipart/form-data; boundary=x' },
    })
    expect([answer.status, (await answer.text()).includes('The file is larger than 2 MB.')]).toEqual([422, true])
    expect(sent).toBeLessThan(4 * 1024 * 1024)
  })

  it('that is refused changes nothing, and the page says why beside the field', async () => {
    await upload(jpeg)
    const [before, kept] = [await hashOf(own()), await keptBy(own())]
    for (const [bytes, why] of [FOREIGN.SVG, FOREIGN['a file over 2 MB'], BROKEN_PNGS['no IDAT']] as [Uint8Array, RegExp][]) {
      const answer = await upload(bytes)
      expect(answer.status).toBe(422)
      expect((await answer.text()).match(/id="logo-why"[^>]*>([^<]*)/)?.[1]).toMatch(why)
    }
    const none = await askStaff('/settings/client-portal/logo', { cookie, form: { logo: 'x' }, env: unhurried })
    expect([none.status, (await none.text()).includes('Choose a picture first.')]).toEqual([422, true])
    expect([await hashOf(own()), await keptBy(own()), (await auditOf(own())).length]).toEqual([before, kept, 1])
  })

  it('its name and what the browser calls it mean nothing', async () => {
    expect((await upload(jpeg, { name: '../../logo.svg' })).status).toBe(303)
    await onlyOne(own())
  })

  it('whoever lost the role while it came in leaves nothing behind', async () => {
    const given: Env = {
      ...unhurried,
      IMAGES: {
        ...env.IMAGES,
        info: async (stream: ReadableStream<Uint8Array>) => {
          await env.DB.prepare("UPDATE memberships SET role = 'member' WHERE tenant_id = ?").bind(own().tenantId).run()
          return env.IMAGES.info(stream)
        },
        input: (stream: ReadableStream<Uint8Array>) => env.IMAGES.input(stream),
      } as Env['IMAGES'],
    }
    expect((await upload(jpeg, { given })).status).toBe(403)
    expect([await hashOf(own()), await keptBy(own()), await auditOf(own())]).toEqual([null, [], []])
  })

  it('is served by its name on the company’s own host, and on staff’s to its own staff, and nowhere else', async () => {
    if (!theirs) throw new Error('no company')
    await upload(jpeg)
    const path = await logoPath(own())
    const answer = await ask({ host: portalHost(own()), path })
    expect(answer.status).toBe(200)
    expect(
      Object.fromEntries(
        [...answer.headers].filter(([name]) => /^(content-type|content-security|cache-control|x-content|cross-origin-resource|set-cookie)/.test(name)),
      ),
    ).toEqual({
      'content-type': 'image/png',
      'content-security-policy': "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox",
      'cache-control': 'public, max-age=31536000, immutable',
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'cross-origin',
    })
    expect(textOf(new Uint8Array(await answer.arrayBuffer()))).toMatch(/^.PNG/)
    expect((await ask({ host: portalHost(theirs), path })).status).toBe(404)
    expect((await ask({ host: portalHost(own()), path: '/assets/logo/0123456789abcdef0123456789abcdef.png' })).status).toBe(404)
    expect((await ask({ host: portalHost(own()), path: path.replace('.png', '') })).status).toBe(404)
    const forStaff = await askStaff(path, { cookie: await oldCookie(own()) })
    expect([
      forStaff.status,
      forStaff.headers.get('Cache-Control'),
      forStaff.headers.get('Set-Cookie'),
      forStaff.headers.get('Cross-Origin-Resource-Policy'),
    ]).toEqual([200, 'private, max-age=31536000, immutable', null, 'same-origin'])
    // The same cookie is renewed by a page.
    expect((await askStaff('/settings/company', { cookie: await oldCookie(own()) })).headers.get('Set-Cookie')).toContain('__Host-staff=')
    expect((await askStaff(path, { cookie: (await signedInStaff(theirs)).cookie })).status).toBe(404)
    expect((await askStaff(path)).status).toBe(303)
    await setSettings(own(), { enabled: false })
    const off = await ask({ host: portalHost(own()), path })
    expect([off.status, (await off.text()).includes('This portal is not available right now.')]).toEqual([503, true])
    await setSettings(own(), { enabled: true })
    // Under a name of its own, and still under the one that older mails have.
    await env.DB.prepare(
      "INSERT INTO custom_hostnames (tenant_id, id, hostname, state, held_until, due_at, since, created_at, staff_id) VALUES (?, 'h1', ?, 'active', 0, 0, 0, 0, ?)",
    )
      .bind(own().tenantId, `portal.${own().slug}.example`, own().staffId)
      .run()
    for (const host of [`portal.${own().slug}.example`, portalHost(own())]) expect([host, (await ask({ host, path })).status]).toEqual([host, 200])
    // The older one is gone with its name.
    await upload(webp)
    expect((await ask({ host: portalHost(own()), path })).status).toBe(404)
  })

  it('stands in the header, on the sign-in page, in the preview and in the portal view', async () => {
    const client = (await signedInAs(ada)).cookie
    const pages = async () =>
      Promise.all([
        askPortal(ada, '/', { cookie: client }).then((answer) => answer.text()),
        askPortal(ada, '/sign-in').then((answer) => answer.text()),
        askStaff('/settings/client-portal', { cookie }).then((answer) => answer.text()),
        askStaff(`/clients/${ada.clientId}/portal-view`, { cookie }).then((answer) => answer.text()),
      ])
    for (const html of await pages()) expect(html).toContain('class="monogram"')
    await upload(png({ width: 320, height: 80 }))
    const path = await logoPath(own())
    for (const html of await pages()) {
      expect(html).toContain(`<img class="logo wide" src="${path}" alt="Oursupply" width="320" height="80"/>`)
      expect(html).not.toContain('class="monogram"')
    }
    // Beside one that is nearly square the name is written, and the picture has no words of its own.
    await upload(png({ width: 100, height: 90 }))
    for (const html of await pages()) expect(html).toMatch(/<img class="logo" src="[^"]+" alt="" width="100" height="90"\/><span>Oursupply<\/span>/)
  })

  it('is on mails by its whole address, and mail written without one says the same as before', async () => {
    const rendered = async (person: Person) => {
      await askPortal(person, '/forgot-password', { form: { email: person.email }, env: unhurried })
      const row = await env.DB.prepare('SELECT * FROM outbox WHERE to_email = ?').bind(person.email).first<Record<string, string>>()
      if (!row) throw new Error('no mail')
      const { tenant_id: tenantId = '', id = '', to_email: toEmail = '', data = '', key_id: keyId = '' } = row
      return renderMail(env, { tenantId, id, kind: 'password-reset', toEmail, data, templateVersion: 1, keyId })
    }
    expect((await rendered(ada)).html).not.toContain('<img')
    await upload(png({ width: 320, height: 80 }))
    const mail = await rendered(await makeClient(own(), 'Later'))
    const address = `http://${portalHost(own())}:8787${await logoPath(own())}`
    expect(mail.html).toContain(`<img src="${address}" alt="Oursupply" width="192" height="48"`)
    expect(mail.text).not.toContain('/assets/logo/')
  })

  it('is on a PDF, which is another one with another logo; without its file it is drawn and not kept', async () => {
    const client = (await signedInAs(ada)).cookie
    const pdf = async () => new Uint8Array(await (await askPortal(ada, `/invoices/${ada.invoiceId}/pdf`, { cookie: client })).arrayBuffer())
    const kept = async () => (await env.FILES.list({ prefix: `tenants/${own().tenantId}/invoices/` })).objects.length
    const pictures = (bytes: Uint8Array) => textOf(bytes).match(/\/Subtype\s*\/Image/g)?.length ?? 0
    expect([pictures(await pdf()), await kept()]).toEqual([0, 1])
    await upload(png({ width: 320, height: 80 }))
    expect([pictures(await pdf()), await kept()]).toEqual([1, 2])
    await upload(png({ width: 300, height: 80 }))
    await env.FILES.delete(await keptBy(own()))
    expect([pictures(await pdf()), await kept()]).toEqual([0, 2])
  })
})
