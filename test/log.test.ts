import { expect, it, vi } from 'vitest'
import { ask, askPortal, portalHost } from '#test/asking.ts'
import { makeCast, PASSWORD, signedInAs } from '#test/cast.ts'

/** What the Worker writes down of a request. */

const linesOf = async (work: () => Promise<unknown>): Promise<Record<string, unknown>[]> => {
  const said: string[] = []
  const spies = (['log', 'warn', 'error'] as const).map((method) => vi.spyOn(console, method).mockImplementation((line: string) => void said.push(line)))
  await work()
  for (const spy of spies) spy.mockRestore()
  return said.map((line) => JSON.parse(line))
}

it('a line for each request: id, company, route as a pattern, status, rows', async () => {
  const { ada } = await makeCast()
  const { cookie } = await signedInAs(ada)
  const [line] = await linesOf(() => askPortal(ada, `/invoices/${ada.invoiceId}`, { cookie }))
  expect(line).toMatchObject({
    event: 'request',
    surface: 'portal',
    tenant: ada.company.tenantId,
    method: 'GET',
    route: '/portal/invoices/:id',
    status: 200,
    d1Calls: 1,
  })
  expect(line?.requestId).toMatch(/^\w{16}$/)
  expect(line?.rowsRead).toBeGreaterThan(3)
  expect(line?.rowsWritten).toBeGreaterThan(0)
})

it('never a token, a password, an address or a cookie', async () => {
  const { ada, ours } = await makeCast()
  const { cookie } = await signedInAs(ada)
  const secrets = ['token-that-opens-doors', 'a very secret password', ada.email, PASSWORD, cookie.slice(20, 60)]
  const host = portalHost(ours)
  const lines = await linesOf(async () => {
    await ask({ host, path: '/portal/set-password/token-that-opens-doors', cookie })
    await ask({ host, path: '/portal/set-password/token-that-opens-doors', form: { password: 'a very secret password' } })
    await ask({
      host,
      path: '/portal/sign-in?next=/portal/set-password/token-that-opens-doors',
      form: { email: ada.email, password: 'a very secret password' },
    })
    await ask({ host, path: '/portal/sign-in', form: { email: ada.email, password: PASSWORD } })
    await ask({ host, path: '/portal/nowhere/token-that-opens-doors', cookie })
  })
  expect(lines.filter(({ event }) => event === 'request')).toHaveLength(5)
  for (const secret of secrets) expect(JSON.stringify(lines)).not.toContain(secret)
})
