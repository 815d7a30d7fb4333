import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Resend } from 'resend'
import { Webhook } from 'standardwebhooks'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { MailEvent } from './resend/shapes.ts'
import { type ResendStandIn, startResend } from './resend.ts'

const SECRET = 'whsec_dGhlIHNlY3JldCBvZiB0aGlzIHRlc3Qu'
type Got = { host: string | undefined; id: string | undefined; event: MailEvent }

let endpoint: Server
let got: Got[]
let answers: number[]
let standIn: ResendStandIn
let resend: Resend
beforeEach(async () => {
  got = []
  answers = []
  endpoint = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray()).toString()
    const { 'svix-id': id, 'svix-timestamp': timestamp, 'svix-signature': signature } = request.headers
    const signed = { 'webhook-id': String(id), 'webhook-timestamp': String(timestamp), 'webhook-signature': String(signature) }
    got.push({ host: request.headers.host, id: String(id), event: MailEvent.parse(new Webhook(SECRET).verify(body, signed)) })
    response.writeHead(answers.shift() ?? 200).end()
  })
  await new Promise<void>((resolve) => endpoint.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(endpoint.address() as AddressInfo).port}/webhooks/resend`
  standIn = await startResend(0, { webhook: { url, host: 'app.stockflow.localhost:8787', secret: SECRET } })
  resend = new Resend('re_test', { baseUrl: standIn.url })
})
afterEach(async () => {
  await standIn.close()
  endpoint.closeAllConnections()
  endpoint.close()
})

const send = async (to: string) => {
  const tags = [{ name: 'tenant', value: 'Lk7Qp2' }]
  const { data } = await resend.emails.send({ from: 'portal@mail.example', to, subject: 'S', text: 'T', tags })
  return data?.id ?? ''
}
const tell = (about: object) => fetch(`${standIn.url}/events`, { method: 'POST', body: JSON.stringify(about) })

test('tells what became of a mail, signed, under the name it was given', async () => {
  const sent = { ada: await send('ada@example.com'), bo: await send('bounce-1@example.com'), cy: await send('complain@example.com') }
  await vi.waitFor(() => expect(got).toHaveLength(3), 5000)
  const told = Object.fromEntries(got.map(({ event }) => [event.data.email_id, event.type]))
  expect(told).toEqual({ [sent.ada]: 'email.delivered', [sent.bo]: 'email.bounced', [sent.cy]: 'email.complained' })
  expect(got[0]).toMatchObject({ host: 'app.stockflow.localhost:8787', event: { data: { tags: { tenant: 'Lk7Qp2' } } } })
  await vi.waitFor(() => expect(standIn.counts().events).toBe(3), 5000)
})

test('tells what it is asked to tell, of a mail or of the newest to an address, twice under one id if need be', async () => {
  const id = await send('ada@example.com')
  await vi.waitFor(() => expect(got).toHaveLength(1), 5000)
  await tell({ type: 'email.delivery_delayed', mail: id, id: 'msg_1' })
  await tell({ type: 'email.delivery_delayed', mail: 'ada@example.com', id: 'msg_1' })
  await vi.waitFor(() => expect(got).toHaveLength(3), 5000)
  expect(got.slice(1)).toMatchObject([
    { id: 'msg_1', event: { type: 'email.delivery_delayed', data: { email_id: id } } },
    { id: 'msg_1', event: { type: 'email.delivery_delayed', data: { email_id: id } } },
  ])
  expect((await tell({ type: 'email.bounced', mail: 'nobody@example.com' })).status).toBe(400)
})

test('comes again under the same id when it was not taken', async () => {
  answers = [500]
  await send('ada@example.com')
  await vi.waitFor(() => expect(got).toHaveLength(2), { timeout: 12_000, interval: 100 })
  expect(got[1]?.id).toBe(got[0]?.id)
})
