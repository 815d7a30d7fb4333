import * as z from 'zod'
import * as say from './answers.ts'
import { type Answer, ok } from './answers.ts'
import { type Holdings, hexId, type Script } from './holdings.ts'
import { type Rule, read, rule } from './rules.ts'

/** Workers: their code, which is thrown away, their bindings and secrets, their static files, which are counted, their crons. */

const Manifest = z.object({ manifest: z.record(z.string(), z.object({ hash: z.string(), size: z.int() })) })
const Metadata = z.object({ bindings: z.array(z.looseObject({ name: z.string(), type: z.string(), text: z.string().optional() })).default([]) })
const Secret = z.object({ name: z.string().min(1), text: z.string(), type: z.literal('secret_text') })
const Schedules = z.array(z.object({ cron: z.string() }))

const FRESH: Script = { bindings: [], secrets: [], schedules: [], uploads: 0 }
/** It has no address under workers.dev. */
const OFF = { subdomain: { enabled: false, previews_enabled: false }, previews_base_config: {} }
/** Good for an hour from whenever it is read. */
const sessionToken = (): string => ['e30', btoa(JSON.stringify({ exp: 4_000_000_000 })).replaceAll('=', ''), 'x'].join('.')

export const scriptRules = (held: Holdings): Rule[] => {
  const [account, needs] = [`/accounts/${held.account.id}`, 'Account → Workers Scripts → Edit' as const]
  const at = `${account}/workers/scripts/:id`
  const known = (id: string, act: (script: Script) => Answer) => {
    const script = held.scripts.get(id)
    return script ? act(script) : say.noScript()
  }
  const upload = (id: string, form: FormData | undefined) =>
    read(Metadata, JSON.parse(String(form?.get('metadata') ?? 'null')), ({ bindings }) => {
      const script = held.scripts.get(id) ?? FRESH
      // What wrangler asks to be left as it is, is.
      held.scripts.set(id, { ...script, bindings: bindings.filter(({ type }) => type !== 'inherit'), uploads: script.uploads + 1 })
      return ok({ id, etag: hexId(), startup_time_ms: 5, deployment_id: hexId(), tag: null, tags: null })
    })
  const putSecret = (id: string, { name, type }: z.output<typeof Secret>) => {
    const script = held.scripts.get(id) ?? FRESH
    held.scripts.set(id, { ...script, secrets: [...new Set([...script.secrets, name])] })
    return ok({ name, type })
  }
  const schedule = (id: string, given: z.output<typeof Schedules>) =>
    known(id, (script) => {
      script.schedules = given.map(({ cron }) => cron)
      return ok({ schedules: given })
    })
  return [
    rule('scripts.service', `GET ${account}/workers/services/:id`, needs, ({ id }) =>
      known(id, () => ok({ id, default_environment: { environment: 'production', script: { last_deployed_from: 'wrangler' } } })),
    ),
    rule('scripts.worker', `GET ${account}/workers/workers/:id`, needs, ({ id }) => known(id, () => ok({ ...OFF, id, name: id }))),
    rule('scripts.worker', `PATCH ${account}/workers/workers/:id`, needs, ({ id }) => known(id, () => ok({ ...OFF, id, name: id }))),
    rule('scripts.deployments', `GET ${at}/deployments`, needs, ({ id }) => known(id, () => ok({ deployments: [] }))),
    rule('scripts.settings', `GET ${at}/settings`, needs, ({ id }) => known(id, ({ bindings }) => ok({ bindings, tags: null }))),
    rule('scripts.subdomain', `GET ${at}/subdomain`, needs, () => ok(OFF.subdomain)),
    rule('scripts.subdomain', `POST ${at}/subdomain`, needs, () => ok(OFF.subdomain)),
    rule('scripts.upload', `PUT ${at}`, needs, ({ id, form }) => upload(id, form)),
    rule('scripts.schedule', `PUT ${at}/schedules`, needs, ({ id, body }) => read(Schedules, body, (given) => schedule(id, given))),
    rule('scripts.files', `POST ${at}/assets-upload-session`, needs, ({ body }) =>
      read(Manifest, body, ({ manifest }) => ok({ jwt: sessionToken(), buckets: [Object.values(manifest).map(({ hash }) => hash)] })),
    ),
    // With the token of that session instead of the account's.
    rule('scripts.file', `POST ${account}/workers/assets/upload`, undefined, () => ok({ jwt: sessionToken() }, 201)),
    rule('secrets.list', `GET ${at}/secrets`, needs, ({ id }) => known(id, ({ secrets }) => ok(secrets.map((name) => ({ name, type: 'secret_text' }))))),
    rule('secrets.put', `PUT ${at}/secrets`, needs, ({ id, body }) => read(Secret, body, (given) => putSecret(id, given))),
  ]
}
