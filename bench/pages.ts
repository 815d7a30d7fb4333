import { type Answer, ask, type Running, type Target } from './site.ts'

/** The pages whose cost is measured, and the people who ask for them. */

export type Page = { name: string; target: Target /** How many rows of its lists a page shows. */; shown: (html: string) => number }

const cookieOf = ({ headers }: Answer): string => headers['set-cookie']?.map((cookie) => cookie.split(';')[0]).join('; ') ?? ''

/** The cookie of somebody who has signed in. */
export const signIn = async (site: Running, host: string, path: string, email: string, password: string): Promise<string> => {
  const answer = await ask(site, { host, path, headers: { origin: `http://${host}` } }, { email, password })
  const cookie = cookieOf(answer)
  if (answer.status !== 303 || cookie === '') throw new Error(`${email} could not sign in at ${host}: ${answer.status} ${answer.body.toString().slice(0, 500)}`)
  return cookie
}

const rowsOf = (html: string) => html.match(/<tr\b/g)?.length ?? 0
const firstLink = (html: string, pattern: RegExp): string => {
  const [, path] = pattern.exec(html) ?? []
  if (path === undefined) throw new Error(`no link like ${pattern}`)
  return path
}

/** The pages of a client, as it reaches them. */
export const portalPages = async (site: Running, host: string, cookie: string): Promise<Page[]> => {
  const to = (path: string): Target => ({ host, path, headers: { cookie } })
  const html = async (path: string) => (await ask(site, to(path))).body.toString()
  const invoice = firstLink(await html('/portal/invoices'), /href="(\/portal\/invoices\/\w{16})"/)
  const order = firstLink(await html('/portal/orders'), /href="(\/portal\/orders\/\w{16})"/)
  return [
    ...[
      { name: 'dashboard', path: '/portal' },
      { name: 'orders', path: '/portal/orders' },
      { name: 'order', path: order },
      { name: 'invoices', path: '/portal/invoices' },
      { name: 'invoice', path: invoice },
      { name: 'statement', path: '/portal/statement' },
    ].map(({ name, path }) => ({ name, target: to(path), shown: rowsOf })),
  ]
}

export const staffPages = async (site: Running, host: string, cookie: string): Promise<Page[]> => {
  const to = (path: string): Target => ({ host, path, headers: { cookie } })
  const client = firstLink((await ask(site, to('/clients?q=looked'))).body.toString(), /href="(\/clients\/\w{16})"/)
  return [
    { name: 'clients', path: '/clients' },
    { name: 'client', path: client },
  ].map(({ name, path }) => ({ name: `staff ${name}`, target: to(path), shown: rowsOf }))
}
