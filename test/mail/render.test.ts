import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { newId, newTenantId } from '#src/ids.ts'
import { readLinkToken, readPortalLink } from '#src/mail/links.ts'
import { mailRow, type NewMail } from '#src/mail/outbox.ts'
import { renderMail } from '#src/mail/render.tsx'
import { invitationData, NOW } from './post.ts'

/** How the HTML of each kind began when there were no logos: the start of its SHA-256. */
const OLD = { invitation: '9ca0077933c83372', 'access-given': 'fa88c8c52439f8a4', 'password-reset': 'bf09675578279bde', 'password-changed': '0625e00adadda523' }

const about = () => ({ id: newId(), toEmail: 'lucia@casaverde.example', now: NOW })
const rendered = (mail: NewMail) => {
  const { keyId, data, kind, id, toEmail, templateVersion } = mailRow(env, mail)
  return renderMail(env, { tenantId: newTenantId(), id, kind, toEmail, data, templateVersion, keyId })
}
const invitation = (company: string, more: Parameters<typeof invitationData>[1] = {}) =>
  rendered({ ...about(), kind: 'invitation', portalUserId: newId(), data: invitationData(company, more), expiresAt: NOW })

it('an invitation says from whom, for which clients, until when, and whom to ask', async () => {
  const mail = await invitation('Northlight Supply', { clients: ['Casa Verde S.L.', 'Casa Azul', 'Casa Roja'] })
  expect(mail).toMatchObject({
    from: '"Northlight Supply" <portal@mail.stockflow.localhost>',
    to: 'lucia@casaverde.example',
    replyTo: 'ines@northlight.example',
    subject: 'Your invitation to Northlight Supply’s client portal',
  })
  for (const part of [mail.text, mail.html.replaceAll(/<\/?b>/g, '')]) {
    expect(part).toContain('Hello Lucía,')
    expect(part).toContain('Northlight Supply invites Casa Verde S.L., Casa Azul and Casa Roja to its client portal.')
    expect(part).toContain('The link works once and until 27 November 2026, 09:12.')
    expect(part).toContain('Questions: ines@northlight.example, 020 7946 0018.')
  }
})

it('its link stands in text and HTML, and opens that mail', async () => {
  const tenantId = newTenantId()
  const row = mailRow(env, { ...about(), kind: 'invitation', portalUserId: newId(), data: invitationData('Northlight'), expiresAt: NOW })
  const { text, html } = await renderMail(env, { ...row, tenantId, keyId: row.keyId })
  const link = /http:\S+/.exec(text)?.[0] ?? ''
  expect(link).toMatch(/^http:\/\/northlight\.stockflow\.localhost:8787\/portal\/set-password\//)
  expect(html).toContain(`href="${link}"`)
  expect(await readLinkToken(env, 'invitation', link.split('/').at(-1) ?? '')).toEqual({ tenantId, mailId: row.id })
})

it('a notice of access has no password to set', async () => {
  const { expiresAt: _, ...data } = invitationData('Northlight Supply')
  const mail = await rendered({ ...about(), kind: 'access-given', portalUserId: newId(), data })
  expect(mail.subject).toBe('You can now see Casa Verde S.L. in Northlight Supply’s client portal')
  expect(mail.text).toContain('http://northlight.stockflow.localhost:8787/portal/sign-in')
  expect(mail.text + mail.html).not.toContain('set-password')
})

it('a reset has a link for an hour, and says that nothing changes without it', async () => {
  const tenantId = newTenantId()
  const row = mailRow(env, { ...about(), kind: 'password-reset', portalUserId: newId(), data: invitationData('Northlight Supply'), expiresAt: NOW })
  const mail = await renderMail(env, { ...row, tenantId, keyId: row.keyId })
  expect(mail.subject).toBe('Choose a new password for Northlight Supply’s client portal')
  expect(mail.replyTo).toBe('ines@northlight.example')
  for (const part of [mail.text, mail.html]) {
    expect(part).toContain('The link works once and until 27 November 2026, 09:12.')
    expect(part).toContain('If you did not ask for it, ignore it: your password stays as it is.')
  }
  const link = /http:\S+/.exec(mail.text)?.[0] ?? ''
  expect(mail.html).toContain(`href="${link}"`)
  const token = link.split('/').at(-1) ?? ''
  expect(await readLinkToken(env, 'password-reset', token)).toEqual({ tenantId, mailId: row.id })
  expect(await readLinkToken(env, 'invitation', token)).toBeUndefined()
  expect(await readPortalLink(env, token)).toEqual({ tenantId, mailId: row.id, purpose: 'password-reset' })
})

it.each([
  ['Firefox on Windows', 'Porto, Portugal', ', with Firefox on Windows near Porto, Portugal. Every'],
  ['Firefox on Windows', '', ', with Firefox on Windows. Every'],
  ['', 'Porto, Portugal', ', near Porto, Portugal. Every'],
  ['', '', '09:12. Every'],
])('a changed password is told of, with as much as is known: "%s", "%s"', async (device, place, words) => {
  const { expiresAt: _, ...data } = invitationData('Northlight Supply')
  const mail = await rendered({ ...about(), kind: 'password-changed', portalUserId: newId(), data: { ...data, at: NOW, device, place } })
  expect(mail.subject).toBe('Your password for Northlight Supply’s client portal was changed')
  for (const part of [mail.text, mail.html]) {
    expect(part).toContain(`was changed on 24 November 2026, 09:12${words.replace(/^09:12/, '')}`)
    expect(part).toContain('http://northlight.stockflow.localhost:8787/portal/sign-in')
    expect(part).not.toContain('set-password')
  }
})

it('names in them are harmless, whatever a browser or a person calls itself', async () => {
  const { expiresAt, ...data } = invitationData('Evil\r\nBcc: all@x.example', { personName: '<img src=x> www.evil.example', replyTo: '' })
  const hostile = { ...data, at: NOW, device: '<script>alert(1)</script> on https://evil.example', place: 'Nice.town\u202e' }
  const changed = await rendered({ ...about(), kind: 'password-changed', portalUserId: newId(), data: hostile })
  const reset = await rendered({ ...about(), kind: 'password-reset', portalUserId: newId(), data: { ...data, expiresAt }, expiresAt })
  for (const { subject, html, text } of [changed, reset]) {
    expect(subject).not.toMatch(/[\r\n]/)
    expect(html).not.toMatch(/<script|<img/)
    for (const part of [html, text]) expect(part).not.toMatch(/https?:\/\/evil|www\.evil|\u202e/)
  }
})

it('staff are asked by StockFlow to set a password', async () => {
  const data = {
    company: 'Northlight Supply',
    locale: 'en-GB',
    timeZone: 'Europe/London',
    address: 'http://app.stockflow.localhost:8787',
    personName: '',
    expiresAt: NOW,
  }
  const mail = await rendered({ ...about(), kind: 'staff-invitation', staffId: newId(), data, expiresAt: NOW })
  expect(mail.from).toBe('"StockFlow" <portal@mail.stockflow.localhost>')
  expect(mail.text).toContain('http://app.stockflow.localhost:8787/set-password/')
  expect(mail.text).toContain('Hello,')
})

it('a name can’t add a header, another recipient, or a line', async () => {
  const mail = await invitation('X\r\nBcc: v@x.example\u2028\u0000"Boss" <ceo@x.example>,\\')
  expect(mail.from).toBe(String.raw`"X Bcc: v@x.example \"Boss\" ceo@x.example ,\\" <portal@mail.stockflow.localhost>`)
  expect(`${mail.subject}${mail.from}`).not.toMatch(/[\p{Cc}\u2028\u2029]/u)
  expect(mail.subject).toContain('X Bcc: v@x.example "Boss" <ceo@x.example>,')
})

it('a name is text in the HTML, whatever it holds', async () => {
  const evil = '<img src=x onerror=alert(1)>&"\'</title><script>'
  const mail = await invitation(evil, {
    clients: [evil],
    personName: evil,
    contact: { name: evil, email: evil, phone: evil },
    brandColour: `red;}</style>${evil}`,
    locale: evil,
  })
  expect(mail.html).not.toMatch(/<img|<script|onerror=alert\(1\)>/)
  expect(mail.html.match(/<\/title>|<\/style>/g)).toHaveLength(2)
  expect(mail.html).not.toContain('red;')
  expect(mail.html).toContain('&lt;img src=x onerror=alert(1)&gt;')
  expect(mail.text).toContain(`Questions: ${evil}`)
})

it('an address in a name is no link for any mail program, and reads as it did', async () => {
  const bait = 'Win http://evil.example/now or www.e.co or evil.example'
  const mail = await invitation(bait, { clients: [bait] })
  const addresses = /https?:\/\/[^\s"<]+|www\.[^\s"<\u200b]+|[a-z]+\.example\/?/g
  for (const part of [mail.text, mail.html.replace(/<title>.*?<\/title>/s, '')]) {
    const named = [...part.matchAll(addresses)].map(([address]) => address)
    expect(named.filter((address) => !address.includes('northlight'))).toEqual([])
    expect(part.replaceAll('\u200b', '')).toContain(bait)
  }
  expect(mail.html.match(/<a /g)).toHaveLength(1)
})

it('common names stand as they are', async () => {
  const { text } = await invitation('Müller & Söhne GmbH & Co. KG', { clients: ['Casa Verde S.L.', 'B.V. de Groot', '株式会社'] })
  expect(text).toContain('Müller & Söhne GmbH & Co. KG invites Casa Verde S.L., B.V. de Groot and 株式会社 to')
})

it('fetches nothing and runs nothing', async () => {
  const { html } = await invitation('Northlight')
  expect(html).toMatch(/^<!DOCTYPE html><html/)
  expect(html).not.toMatch(/<(img|script|link|iframe|object)|url\(|@import|src=/)
})

it.each([
  ['#1d6b57', '#ffffff'],
  ['#ffe14d', '#1b1c22'],
  ['#000000', '#ffffff'],
  ['#ffffff', '#1b1c22'],
])('on %s one reads %s', async (colour, ink) => {
  const { html } = await invitation('Northlight', { brandColour: colour })
  expect(html).toContain(`background:${colour}`)
  expect(html).toMatch(new RegExp(`font-weight:600;color:${ink};`))
})

it('is written in the same bytes each time, whatever the settings have become', async () => {
  const row = {
    ...mailRow(env, { ...about(), kind: 'invitation', portalUserId: newId(), data: invitationData('Northlight'), expiresAt: NOW }),
    tenantId: newTenantId(),
  }
  const changed = {
    ...env,
    MAIL_FROM: 'other@elsewhere.example',
    LINK_SECRETS: `new:a-secret-that-was-not-there-yesterday-at-all,local:for-this-machine-only-links-are-signed-with-it-`,
  }
  expect(await renderMail(changed, row)).toEqual(await renderMail(env, row))
})

describe('a logo', () => {
  const at = 'http://northlight.stockflow.localhost:8787/assets/logo/0123456789abcdef0123456789abcdef.png'
  const withLogo = (width: number, height: number, more: Parameters<typeof invitationData>[1] = {}, company = 'Northlight') =>
    invitation(company, { logo: { address: at, width, height }, ...more })
  const imagesOf = (html: string) => [...html.matchAll(/<img [^>]*>/g)].map(([image]) => image)

  it.each([
    [640, 160, 192, 48],
    [640, 64, 240, 24],
    [192, 192, 48, 48],
    [100, 20, 100, 20],
    [1, 1, 1, 1],
    [640, 1, 240, 1],
  ])('of %i × %i is shown as %i × %i, in the initial’s place', async (width, height, shownWidth, shownHeight) => {
    const { html } = await withLogo(width, height)
    const [image = '', ...more] = imagesOf(html)
    expect(more).toEqual([])
    expect(image).toContain(`src="${at}"`)
    expect(image).toContain(`width="${shownWidth}" height="${shownHeight}"`)
    expect(html).not.toMatch(/>N<\/td>/)
  })

  it('stands for the name, and a sign has the name beside it', async () => {
    const beside = />Northlight<\/td>/
    const wide = await withLogo(640, 160)
    expect(imagesOf(wide.html)[0]).toContain('alt="Northlight"')
    expect(wide.html).not.toMatch(beside)
    const sign = await withLogo(192, 192)
    expect(imagesOf(sign.html)[0]).toContain('alt=""')
    expect(sign.html).toMatch(beside)
  })

  it('is the only thing that is fetched, and changes no word', async () => {
    const [{ text, html, ...head }, { text: bare, html: _, ...bareHead }] = await Promise.all([withLogo(640, 160), invitation('Northlight')])
    expect(text.replace(/http:\S+/, '')).toBe(bare.replace(/http:\S+/, ''))
    expect(head).toEqual(bareHead)
    expect(html.replace(imagesOf(html)[0] ?? '', '')).not.toMatch(/<(img|script|link|iframe|object)|url\(|@import|src=/)
  })

  it('is harmless, whatever the company is called', async () => {
    const { html } = await withLogo(640, 160, {}, '"><script>alert(1)</script> onerror=x')
    expect(html).not.toContain('<script')
    expect(imagesOf(html)[0]).toContain('alt="&quot;&gt;&lt;script&gt;')
  })
})

it.each(['invitation', 'access-given', 'password-reset', 'password-changed'] as const)(
  'a %s of before there were logos is the same bytes as ever',
  async (kind) => {
    const { expiresAt, ...data } = invitationData('Northlight')
    const given = { ...about(), id: 'MailOfOldTimes01', portalUserId: 'person', expiresAt: NOW }
    const mail = { ...given, kind, data: { ...data, expiresAt, at: NOW, device: 'Firefox', place: 'Porto' } } as NewMail
    const { keyId, templateVersion, toEmail, ...row } = mailRow(env, mail)
    const { html } = await renderMail(env, { tenantId: 'old001', id: row.id, kind, toEmail, data: row.data, templateVersion, keyId })
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(html)))
    expect([...digest.subarray(0, 8)].map((byte) => byte.toString(16).padStart(2, '0')).join('')).toBe(OLD[kind])
  },
)
