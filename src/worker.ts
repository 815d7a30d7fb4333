import { MINUTE } from './dates.ts'
import { sweepLimits } from './db/limits.ts'
import { forPlatform } from './db/platform.ts'
import { sweepWebhookEvents } from './db/webhook-events.ts'
import type { Env, ImportMessage, MailMessage, RunMessage } from './env.ts'
import { secured } from './headers.ts'
import { sweepHostnames } from './hostnames/sweep.ts'
import { staffAddress, surfaceOf } from './hosts.ts'
import { sweepImports } from './imports/sweep.ts'
import { importStep } from './imports/work.ts'
import { logError } from './log.ts'
import { sendRun } from './mail/bulk.ts'
import { sendMail } from './mail/sending.ts'
import { sweepMail, sweepRuns } from './mail/sweep.ts'
import { nowhere } from './refusals.tsx'
import { customPortal, portal, staffApp } from './surfaces.ts'

/** The Worker's doors. Which host a request came to decides its surface; nothing else does. */

const SURFACES = { staff: staffApp, portal, custom: customPortal }

const answer = (request: Request, env: Env, context: ExecutionContext): Response | Promise<Response> => {
  const url = new URL(request.url)
  const surface = surfaceOf(env, url)
  if (surface.kind === 'unknown') return nowhere()
  if (url.pathname === '/healthz') return health(env)
  if (surface.kind === 'local') return Response.redirect(`${staffAddress(env)}/`, 302)
  return SURFACES[surface.kind].fetch(request, env, context)
}

/** Whether the parts that every page needs answer. Says no more than that. */
const health = async (env: Env): Promise<Response> => {
  try {
    await Promise.all([forPlatform(env).isUp(), env.FILES.head('healthz')])
    return Response.json({ ok: true })
  } catch (error) {
    logError('unhealthy', error)
    return Response.json({ ok: false }, { status: 503 })
  }
}

const RETRY_AFTER_FAULT = 30

type AnyMessage = MailMessage | RunMessage | ImportMessage

/** The messages of a batch go side by side: one that waits for its provider holds up no other. */
const consume = async (batch: MessageBatch<AnyMessage>, env: Env): Promise<void> => {
  const work = async (message: Message<AnyMessage>) => {
    try {
      const retry = await workOn(message.body, env)
      if (retry === 'done') message.ack()
      else message.retry({ delaySeconds: retry.retryIn })
    } catch (error) {
      logError('message failed', error, { queue: batch.queue })
      message.retry({ delaySeconds: RETRY_AFTER_FAULT })
    }
  }
  await Promise.all(batch.messages.map(work))
}

const workOn = async (message: AnyMessage, env: Env) => {
  if ('mailId' in message) return await sendMail(env, message, Date.now())
  if ('runId' in message) await sendRun(env, message)
  else if ((await importStep(env, message, Date.now())) === 'more') await env.IMPORT_QUEUE.send(message)
  return 'done' as const
}

export default {
  fetch: async (request, env, context) => secured(await answer(request, env, context)),
  queue: consume,
  scheduled: async (event, env) => {
    const now = event.scheduledTime
    await Promise.all([
      sweepMail(env, now),
      sweepRuns(env, now),
      sweepImports(env, now - MINUTE),
      sweepHostnames(env, now),
      sweepLimits(env, now),
      sweepWebhookEvents(env, now),
    ])
  },
} satisfies ExportedHandler<Env, AnyMessage>
