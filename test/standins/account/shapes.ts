import * as z from 'zod'

/** What Cloudflare's API answers to a deployment, as its documentation has it: the parts that are read here. */

const hex32 = z.string().regex(/^[0-9a-f]{32}$/)
const remark = z.object({ code: z.int(), message: z.string() })
const envelope = <T extends z.ZodType>(result: T) => z.object({ success: z.literal(true), errors: z.array(remark), messages: z.array(remark), result })
const listOf = <T extends z.ZodType>(item: T) => envelope(z.array(item))

export const Refusal = z.object({ success: z.literal(false), errors: z.array(remark).min(1), messages: z.array(remark), result: z.null().optional() })
export const TokenAnswer = envelope(z.object({ id: hex32, status: z.enum(['active', 'disabled', 'expired']) }))
export const ZoneList = listOf(z.object({ id: hex32, name: z.string(), status: z.string(), account: z.object({ id: hex32, name: z.string() }) }))
export const RecordList = listOf(z.object({ id: hex32, name: z.string(), type: z.string(), content: z.string(), proxied: z.boolean(), ttl: z.int() }))
export const RouteList = listOf(z.object({ id: hex32, pattern: z.string(), script: z.string().optional() }))
export const FallbackAnswer = envelope(
  z.object({
    origin: z.string(),
    status: z.enum(['initializing', 'pending_deployment', 'pending_deletion', 'active', 'deployment_timed_out', 'deletion_timed_out']),
    errors: z.array(z.string()),
  }),
)
const database = z.object({ uuid: z.uuid(), name: z.string(), version: z.string(), created_at: z.iso.datetime() })
export const DatabaseAnswer = envelope(database)
export const DatabaseList = listOf(database)
export const QueryAnswer = listOf(
  z.object({ success: z.literal(true), results: z.array(z.record(z.string(), z.unknown())), meta: z.object({ changes: z.int(), rows_read: z.int() }) }),
)
export const BucketList = envelope(z.object({ buckets: z.array(z.object({ name: z.string(), creation_date: z.iso.datetime() })) }))
export const QueueList = listOf(z.object({ queue_id: hex32, queue_name: z.string(), created_on: z.iso.datetime() }))
export const SecretList = listOf(z.object({ name: z.string(), type: z.literal('secret_text') }))
export const SettingsAnswer = envelope(z.object({ bindings: z.array(z.object({ type: z.string(), name: z.string(), text: z.string().optional() })) }))
