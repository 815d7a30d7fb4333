/**
 * `npm start`: everything that runs on this machine, with one command. Ends what an earlier start left behind, brings the
 * database up to date, makes the demo company once, serves, and is the clock that wrangler lacks.
 */
import { randomUUID } from 'node:crypto'
import { join, resolve } from 'node:path'
import { startDomains, TOKEN, ZONE } from '#test/standins/domains.ts'
import { startResend } from '#test/standins/resend.ts'
import { BUYER, OWNER, SLUG } from './demo/company.ts'
import { makeDemo } from './demo.ts'
import { endLeftovers, endMarked, forgetStart, recordStart, runningStart } from './leftovers.ts'
import { DEFAULT_STATE, glance, migrate, openLocal } from './local-state.ts'
import { ask, becomesHealthy, isFree, serve, webhookOf } from './serve.ts'

const EVERY_MINUTE = 60_000
const PORT = Number(process.env.PORT || 8787)
const EXTRA = process.argv.slice(2)

const given = (option: string): string | undefined => {
  const at = EXTRA.findIndex((arg) => arg === option || arg.startsWith(`${option}=`))
  return EXTRA[at]?.split('=')[1] ?? (at < 0 ? undefined : EXTRA[at + 1])
}
const STATE = resolve(given('--persist-to') ?? DEFAULT_STATE)
const RECORD = join(STATE, 'start.json')

const fail = (reason: string): never => {
  console.error(reason)
  process.exit(1)
}

const clearTheWay = async (): Promise<void> => {
  const running = runningStart(RECORD)
  if (running) fail(`Already running as process ${running.pid}: http://app.stockflow.localhost:${running.port}`)
  const ended = await endLeftovers(RECORD)
  if (ended > 0) console.log(`Ended ${ended} processes that an earlier start had left behind.`)
  forgetStart(RECORD)
  if (!(await isFree(PORT))) fail(`Port ${PORT} is taken by another program. Choose another one: PORT=${PORT + 1} npm start`)
}

const prepareDatabase = async (): Promise<void> => {
  const { migrated, hasCompany } = glance(STATE, SLUG)
  if (!migrated) migrate(STATE)
  if (hasCompany) return
  console.log('Making the demo company …')
  const { env, close } = await openLocal(STATE)
  await makeDemo({ ...env, LOCAL_PORT: String(PORT) }, Date.now()).finally(close)
}

/** wrangler never fires crons by itself. Mail and imports that a kill interrupted go on with the first sweep. */
const startClock = (): NodeJS.Timeout => {
  const sweep = () =>
    ask(PORT, `127.0.0.1:${PORT}`, '/cdn-cgi/local/scheduled?cron=*+*+*+*+*').then(
      (status) => status === 200 || console.error(`The sweep answered ${status}.`),
      (error) => console.error(`The sweep could not be called: ${error.message}`),
    )
  void sweep()
  return setInterval(sweep, EVERY_MINUTE)
}

const welcome = (port: number, standIn: string, registrar: string) => `
  Staff         http://app.stockflow.localhost:${port}
                ${OWNER.email} / ${OWNER.password}
  Portal        http://${SLUG}.stockflow.localhost:${port}/portal
                ${BUYER.email} / ${BUYER.password}
  Mailbox       http://app.stockflow.localhost:${port}/dev/mailbox
  Mail goes to  ${standIn}/mails (nothing leaves this machine)
  DNS records   ${registrar}/ (for a domain such as portal.${SLUG}.localhost)

  Ctrl-C ends it.
`

const start = async (): Promise<void> => {
  if (!Number.isInteger(PORT) || PORT < 1 || PORT > 65_535) fail(`PORT is not a port: ${process.env.PORT}`)
  await clearTheWay()
  const mark = randomUUID()
  recordStart(RECORD, mark, PORT)
  await prepareDatabase()
  const resend = await startResend(0, { webhook: webhookOf(PORT) })
  const domains = await startDomains({ memory: join(STATE, 'domains.json') })
  const vars = {
    LOCAL_PORT: PORT,
    RESEND_BASE_URL: resend.url,
    CLOUDFLARE_API_BASE_URL: `${domains.url}/client/v4`,
    CLOUDFLARE_API_TOKEN: TOKEN,
    CLOUDFLARE_ZONE_ID: ZONE,
    DNS_BASE_URL: `${domains.url}/dns-query`,
  }
  const own = [
    '--port',
    String(PORT),
    ...Object.entries(vars).flatMap(([name, value]) => ['--var', `${name}:${value}`]),
    '--show-interactive-dev-session',
    'false',
  ]
  const ip = given('--ip') === undefined ? ['--ip', '127.0.0.1'] : []
  const server = serve([...own, ...ip, ...EXTRA])
  let isLeaving = false
  const giveUp = new AbortController()

  const leave = async (code: number): Promise<never> => {
    isLeaving = true
    giveUp.abort()
    server.stop()
    await endMarked(mark)
    await resend.close()
    await domains.close()
    forgetStart(RECORD)
    process.exit(code)
  }
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(name, () => void leave(0))
  void server.ended.then((lastWords) => {
    if (isLeaving) return
    console.error(lastWords)
    void leave(1)
  })

  if (await becomesHealthy(PORT, giveUp.signal)) {
    server.speak()
    console.log(welcome(PORT, resend.url, domains.url))
    startClock()
  } else if (!isLeaving) {
    console.error(`Nothing healthy answers on port ${PORT}.`)
    server.stop()
    console.error(await server.ended)
  }
}

await start().catch((error: Error) => fail(error.message))
