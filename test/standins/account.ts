import * as say from './account/answers.ts'
import { type Answer, ok } from './account/answers.ts'
import { Databases, type Holdings, nothingYet } from './account/holdings.ts'
import { type Asked, bucketRules, databaseRules, type Permission, queueRules, type Rule, zoneRules } from './account/rules.ts'
import { scriptRules } from './account/scripts.ts'
import { serveOn } from './serving.ts'

/** An account at Cloudflare, on this machine: as much of its API as a deployment needs, from this house's side and from wrangler's. */

/** A call that was made, and what was sent, if that was JSON. */
export type Call = { operation: string; method: string; body: unknown }
/** `silent`: it is done, but no answer ever comes. */
export type Trouble = 'rate-limited' | 'broken' | 'forbidden' | 'silent' | 'no-r2'

export type AccountStandIn = {
  /** As CLOUDFLARE_API_BASE_URL takes it. */
  url: string
  token: string
  held: Holdings
  calls: Call[]
  /** Calls that meant to change something. */
  writes: () => Call[]
  /** What the next call of an operation meets. */
  fail: (operation: string, trouble: Trouble) => void
  stop: () => Promise<void>
}

const PREFIX = '/client/v4'
/** A query is a POST, whatever it says. */
const readsAlone = ({ operation, body }: Call) => operation === 'd1.query' && /^\{"sql":"\s*SELECT/i.test(JSON.stringify(body))
const TROUBLES: Record<Exclude<Trouble, 'silent'>, () => Answer> = {
  'rate-limited': say.rateLimited,
  broken: say.broken,
  forbidden: say.noPermission,
  'no-r2': say.noBuckets,
}

const matched = (rules: Rule[], route: string): { rule: Rule; id: string; sub: string } | undefined => {
  for (const rule of rules) {
    const found = new RegExp(`^${rule.route.replaceAll(/:(\w+)/g, '(?<$1>[^/]+)')}$`).exec(route)
    if (found) return { rule, id: decodeURIComponent(found.groups?.id ?? ''), sub: found.groups?.sub ?? '' }
  }
  return undefined
}

const bodyOf = async (request: Request): Promise<Pick<Asked, 'body' | 'form'>> => {
  const type = request.headers.get('content-type') ?? ''
  if (type.startsWith('multipart/form-data')) return { body: undefined, form: await request.formData() }
  const text = await request.text()
  return { body: text === '' ? undefined : JSON.parse(text), form: undefined }
}

/** @param tokens others than the one that may do everything, and what they may do */
export const startAccount = async (zone: string, tokens: Record<string, Permission[]> = {}): Promise<AccountStandIn> => {
  const token = 'a-token-that-may-do-everything'
  const [held, databases] = [nothingYet(zone), new Databases()]
  const calls: Call[] = []
  const troubles = new Map<string, Trouble>()
  const rules: Rule[] = [
    { operation: 'token.verify', route: 'GET /user/tokens/verify', needs: undefined, answer: () => ok({ id: held.account.id, status: 'active' }) },
    ...[...databaseRules(held, databases), ...bucketRules(held), ...queueRules(held), ...zoneRules(held), ...scriptRules(held)],
  ]

  const refused = ({ operation, needs }: Rule, bearer: string | undefined): Answer | undefined => {
    if (bearer === undefined) return say.noToken()
    if (bearer === token || operation === 'scripts.file') return undefined
    const may = tokens[bearer]
    if (!may) return operation === 'token.verify' ? say.invalidToken() : say.wrongToken()
    return needs === undefined || may.includes(needs) ? undefined : say.noPermission()
  }

  const answerTo = async (request: Request): Promise<Answer> => {
    const { pathname, searchParams: query } = new URL(request.url)
    const found = matched(rules, `${request.method} ${pathname.slice(PREFIX.length)}`)
    if (!found) return say.noRoute()
    const { operation, answer } = found.rule
    const sent = await bodyOf(request)
    calls.push({ operation, method: request.method, body: sent.body })
    const bearer = /^Bearer (?<bearer>\S+)$/.exec(request.headers.get('authorization') ?? '')?.groups?.bearer
    const problem = refused(found.rule, bearer)
    if (problem) return problem
    const trouble = troubles.get(operation)
    troubles.delete(operation)
    if (trouble && trouble !== 'silent') return TROUBLES[trouble]()
    const done = answer({ ...sent, query, id: found.id, sub: found.sub })
    return trouble === 'silent' ? await new Promise<never>(() => {}) : done
  }

  const { origin, stop } = await serveOn(0, async (request) => {
    const { status, body, headers } = await answerTo(request)
    return Response.json(body, { status, headers: { ...headers } })
  })
  return {
    url: `${origin}${PREFIX}`,
    token,
    held,
    calls,
    writes: () => calls.filter((call) => call.method !== 'GET' && !readsAlone(call)),
    fail: (operation, trouble) => void troubles.set(operation, trouble),
    stop: async () => {
      await stop()
      databases.close()
    },
  }
}
