import * as z from 'zod'
import * as say from './answers.ts'
import { type Answer, listed, ok } from './answers.ts'
import { type Databases, type Holdings, hexId } from './holdings.ts'

/** Databases, buckets, queues, and what a zone has: each call, and what it needs. */

/** What a token may do, in the words of Cloudflare's page for tokens. */
export const PERMISSIONS = [
  'Zone → Zone → Read',
  'Zone → DNS → Edit',
  'Zone → Workers Routes → Edit',
  'Zone → SSL and Certificates → Edit',
  'Account → D1 → Edit',
  'Account → Workers R2 Storage → Edit',
  'Account → Queues → Edit',
  'Account → Workers Scripts → Edit',
] as const
export type Permission = (typeof PERMISSIONS)[number]
export type Asked = { query: URLSearchParams; body: unknown; form: FormData | undefined; id: string; sub: string }
export type Rule = { operation: string; route: string; needs: Permission | undefined; answer: (asked: Asked) => Answer }

export const rule = (operation: string, route: string, needs: Permission | undefined, answer: Rule['answer']): Rule => ({ operation, route, needs, answer })

/** What was sent, if it is of the form; the refusal says what isn't. */
export const read = <S extends z.ZodType>(schema: S, body: unknown, act: (data: z.output<S>) => Answer): Answer => {
  const { data, error } = schema.safeParse(body)
  return error ? say.wrong(z.prettifyError(error)) : act(data as z.output<S>)
}
const now = () => new Date().toISOString()

const Named = z.object({ name: z.string().min(1) })
const Query = z.object({ sql: z.string(), params: z.array(z.unknown()).optional() })
const Queries = z.union([z.object({ batch: z.array(Query) }), Query])

export const databaseRules = (held: Holdings, databases: Databases): Rule[] => {
  const [at, needs] = [`/accounts/${held.account.id}/d1/database`, 'Account → D1 → Edit' as const]
  const known = (id: string, act: (database: Holdings['databases'][number]) => Answer) => {
    const database = held.databases.find(({ uuid, name }) => uuid === id || name === id)
    return database ? act(database) : say.noDatabase()
  }
  const create = ({ name }: z.output<typeof Named>) => {
    if (held.databases.some((each) => each.name === name)) return say.databaseTaken()
    const database = { uuid: crypto.randomUUID(), name, version: 'production', created_at: now() }
    held.databases.push(database)
    return ok(database)
  }
  const query = (id: string, body: unknown) =>
    known(id, ({ uuid }) =>
      read(Queries, body, (given) => {
        try {
          const meta = { served_by: 'stand-in', duration: 0.1, rows_read: 0, rows_written: 0, last_row_id: 0, changed_db: true, size_after: 12_288 }
          const rows = databases.run(uuid, 'batch' in given ? given.batch : [given])
          return ok(rows.map(({ results, changes }) => ({ results, success: true, meta: { ...meta, changes } })))
        } catch (error) {
          return say.sqlFailed(error instanceof Error ? error.message : String(error))
        }
      }),
    )
  return [
    // By a part of the name, as the real one.
    rule('d1.list', `GET ${at}`, needs, ({ query }) =>
      listed(
        held.databases.filter(({ name }) => name.includes(query.get('name') ?? '')),
        query,
        1000,
      ),
    ),
    rule('d1.create', `POST ${at}`, needs, ({ body }) => read(Named, body, create)),
    rule('d1.get', `GET ${at}/:id`, needs, ({ id }) => known(id, (database) => ok({ ...database, num_tables: 0, file_size: 12_288 }))),
    rule('d1.query', `POST ${at}/:id/query`, needs, ({ id, body }) => query(id, body)),
  ]
}

export const bucketRules = (held: Holdings): Rule[] => {
  const [at, needs] = [`/accounts/${held.account.id}/r2/buckets`, 'Account → Workers R2 Storage → Edit' as const]
  const create = ({ name }: z.output<typeof Named>) => {
    if (held.buckets.some((each) => each.name === name)) return say.bucketTaken()
    const bucket = { name, creation_date: now(), location: 'WEUR', storage_class: 'Standard' }
    held.buckets.push(bucket)
    return ok(bucket)
  }
  return [
    rule('r2.list', `GET ${at}`, needs, ({ query }) => ok({ buckets: held.buckets.filter(({ name }) => name.includes(query.get('name_contains') ?? '')) })),
    rule('r2.get', `GET ${at}/:id`, needs, ({ id }) => {
      const bucket = held.buckets.find(({ name }) => name === id)
      return bucket ? ok(bucket) : say.noBucket()
    }),
    rule('r2.create', `POST ${at}`, needs, ({ body }) => read(Named, body, create)),
  ]
}

const NewQueue = z.object({ queue_name: z.string().min(1) })
const NewConsumer = z.object({ type: z.literal('worker'), script_name: z.string(), settings: z.unknown(), dead_letter_queue: z.string().optional() })

export const queueRules = (held: Holdings): Rule[] => {
  const [at, needs] = [`/accounts/${held.account.id}/queues`, 'Account → Queues → Edit' as const]
  const create = ({ queue_name }: z.output<typeof NewQueue>) => {
    if (held.queues.some((each) => each.queue_name === queue_name)) return say.queueTaken(queue_name)
    const queue = { queue_id: hexId(), queue_name, created_on: now(), consumers: [] }
    held.queues.push(queue)
    return ok(queue)
  }
  const consume = (id: string, { type, script_name, settings, dead_letter_queue }: z.output<typeof NewConsumer>) => {
    const queue = held.queues.find(({ queue_id }) => queue_id === id)
    if (!queue) return say.noQueue()
    const consumer = { consumer_id: hexId(), type, script: script_name, settings, dead_letter_queue }
    queue.consumers = [...queue.consumers.filter(({ script }) => script !== script_name), consumer]
    return ok(consumer)
  }
  return [
    rule('queues.list', `GET ${at}`, needs, ({ query }) => {
      const names = query.getAll('name')
      return listed(
        held.queues.filter(({ queue_name }) => names.length === 0 || names.includes(queue_name)),
        query,
        100,
      )
    }),
    rule('queues.create', `POST ${at}`, needs, ({ body }) => read(NewQueue, body, create)),
    rule('queues.get', `GET ${at}/:id`, needs, ({ id }) => ok(held.queues.find(({ queue_id }) => queue_id === id))),
    rule('queues.consume', `POST ${at}/:id/consumers`, needs, ({ id, body }) => read(NewConsumer, body, (given) => consume(id, given))),
    rule('queues.consume', `PUT ${at}/:id/consumers/:sub`, needs, ({ id, body }) => read(NewConsumer, body, (given) => consume(id, given))),
  ]
}

const Origin = z.object({ origin: z.string().min(1).max(255) })
const NewRecord = z.object({
  type: z.enum(['A', 'AAAA', 'CNAME', 'TXT']),
  name: z.string().min(1),
  content: z.string().min(1),
  proxied: z.boolean().default(false),
  ttl: z.int().default(1),
  comment: z.string().optional(),
})
const NewRoute = z.object({ pattern: z.string().min(1), script: z.string() })

export const zoneRules = (held: Holdings): Rule[] => {
  const at = `/zones/${held.zone.id}`
  const about = () => ({ ...held.zone, paused: false, type: 'full', account: held.account })
  const addRecord = (given: z.output<typeof NewRecord>) => {
    const name = given.name.endsWith(held.zone.name) ? given.name : `${given.name}.${held.zone.name}`
    const record = { ...given, id: hexId(), name, proxiable: true }
    if (held.dnsRecords.some((each) => each.name === name && each.type === record.type && each.content === record.content)) return say.recordTaken()
    held.dnsRecords.push(record)
    return ok(record)
  }
  const addRoute = ({ pattern, script }: z.output<typeof NewRoute>) => {
    if (held.routes.some((each) => each.pattern === pattern)) return say.routeTaken()
    if (!held.scripts.has(script)) return say.noScript()
    const route = { id: hexId(), pattern, script }
    held.routes.push(route)
    return ok(route)
  }
  const setFallback = ({ origin }: z.output<typeof Origin>) => {
    const hasRecord = held.dnsRecords.some(({ name, proxied }) => name === origin && proxied)
    const errors = hasRecord ? [] : ['DNS records are not setup correctly. Origin should be a proxied A/AAAA/CNAME record']
    held.fallback = { origin, status: hasRecord ? 'active' : 'pending_deployment', errors, created_at: now(), updated_at: now() }
    return ok({ ...held.fallback, status: 'initializing' })
  }
  return [
    rule('zones.list', 'GET /zones', 'Zone → Zone → Read', ({ query }) =>
      listed(
        [about()].filter(({ name }) => (query.get('name') ?? name) === name),
        query,
      ),
    ),
    rule('dns.list', `GET ${at}/dns_records`, 'Zone → DNS → Edit', ({ query }) =>
      listed(
        held.dnsRecords.filter(({ name }) => (query.get('name') ?? name) === name),
        query,
        100,
      ),
    ),
    rule('dns.create', `POST ${at}/dns_records`, 'Zone → DNS → Edit', ({ body }) => read(NewRecord, body, addRecord)),
    rule('routes.list', `GET ${at}/workers/routes`, 'Zone → Workers Routes → Edit', () => ok(held.routes)),
    rule('routes.create', `POST ${at}/workers/routes`, 'Zone → Workers Routes → Edit', ({ body }) => read(NewRoute, body, addRoute)),
    rule('fallback.get', `GET ${at}/custom_hostnames/fallback_origin`, 'Zone → SSL and Certificates → Edit', () =>
      held.fallback ? ok(held.fallback) : say.noFallback(),
    ),
    rule('fallback.set', `PUT ${at}/custom_hostnames/fallback_origin`, 'Zone → SSL and Certificates → Edit', ({ body }) => read(Origin, body, setFallback)),
  ]
}
