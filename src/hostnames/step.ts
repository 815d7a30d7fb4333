import { type Instant, MINUTE } from '#src/dates.ts'
import { forTenant } from '#src/db/door.ts'
import { forPlatform } from '#src/db/platform.ts'
import type { Env } from '#src/env.ts'
import { log, logError } from '#src/log.ts'
import { type Called, type CustomHostname, canServeHostnames, createHostname, deleteHostname, findHostname, nudgeHostname, readHostname } from './cloudflare.ts'
import { examine, type Finding, type Verdict, verdictOf } from './doctor.ts'
import { activate, fail, forget, letGo, moveTo, recordAsked, recordSeen, take, type Work } from './record.ts'
import { GIVEN_UP_AFTER, type Problem, standingOf } from './states.ts'

/**
 * One step of one name: looks at DNS and at Cloudflare, and moves it on as far as it can be moved. Whatever fails leaves a
 * state that the next step mends, and nothing is made twice: before one is made, it is looked for.
 */

/** One that serves is switched off when it was seen to lead elsewhere twice, so long apart. */
const LOOK_AGAIN = 10 * MINUTE
/** So long after an unanswered call it may still come to be at Cloudflare. */
const COMES_LATE = 5 * MINUTE

type Which = { tenantId: string; id: string }

/** Never throws. Does nothing while another step of the same name is under way. */
export const stepHostname = async (env: Env, { tenantId, id }: Which, now: Instant): Promise<void> => {
  try {
    if (!canServeHostnames(env)) return
    const door = forTenant(env, tenantId)
    const row = await take(door, id, now)
    if (!row) return
    log('hostname', { tenant: tenantId, hostname: row.hostname, state: row.state, checks: row.checks })
    await work({ env, door, row, now })
  } catch (error) {
    logError('hostname step failed', error, { tenant: tenantId })
  }
}

const work = async (taken: Work): Promise<unknown> => {
  const { env, row } = taken
  if (row.state === 'ending') return end(taken)
  if (row.state === 'failed') return recordSeen(taken)
  const found = await examine(env, row.hostname)
  const verdict = verdictOf(env, row.slug, found)
  const seen = { ...taken, row: { ...row, found: JSON.stringify(found) } }
  if (row.state === 'active') return watch(seen, verdict)
  return row.state === 'waiting' ? prove(seen, verdict, found) : pursue(seen, verdict)
}

const PROBLEMS: Record<Exclude<Verdict, 'cname' | 'txt'>, Problem> = { another: 'another', elsewhere: 'elsewhere', unknown: 'dns-unanswered' }
const isProof = (verdict: Verdict): verdict is 'cname' | 'txt' => verdict === 'cname' || verdict === 'txt'
const isTooLong = ({ row, now }: Work) => now - row.since > GIVEN_UP_AFTER

/** Waits until DNS shows whose the name is. */
const prove = async (work: Work, verdict: Verdict, { caa }: Finding): Promise<unknown> => {
  const { env, row, now } = work
  const { found } = row
  if (!isProof(verdict)) return isTooLong(work) ? fail(work, 'given-up') : recordSeen(work, { found, problem: PROBLEMS[verdict] })
  if (caa) return isTooLong(work) ? fail(work, 'given-up') : recordSeen(work, { found, problem: 'caa', detail: caa.allows.join(', ') })
  if (await moveTo(work, 'checking', { found, proof: verdict, problem: '' }))
    return pursue({ ...work, row: { ...row, state: 'checking', since: now, checks: 0 } }, verdict)
  // Somebody has it still, or is letting it go. DNS says that it is ours: they look for themselves, now.
  const holder = await forPlatform(env).hostnameHolder(row.hostname)
  await recordSeen(work, { found, problem: 'held', dueAt: now + MINUTE })
  return holder && holder.id !== row.id ? stepHostname(env, holder, now) : undefined
}

/** At Cloudflare, on its way to being served. */
const pursue = async (work: Work, verdict: Verdict): Promise<unknown> => {
  const { found } = work.row
  if (verdict === 'another') return letGo(work, 'waiting', 'another')
  if (isTooLong(work)) return letGo(work, 'failed', 'given-up', work.row.problemDetail)
  const asked = await ask(work)
  if (asked.kind === 'unclear') return recordSeen(work, { found, problem: 'cloudflare-unanswered' })
  if (asked.kind === 'gone') return recordSeen(work, { found, cloudflareId: null, dueAt: work.now })
  if (asked.kind === 'refused')
    return recordSeen(work, { found, problem: asked.why === 'duplicate' || asked.why === 'other' ? 'refused' : asked.why, detail: asked.message })
  const standing = standingOf(asked.result)
  if (standing.state === 'blocked') return letGo(work, 'failed', 'blocked', standing.detail)
  if (standing.state === 'lost') return isProof(verdict) ? revive(work) : letGo(work, 'waiting', 'elsewhere')
  const problem = isProof(verdict) ? standing.problem : PROBLEMS[verdict]
  if (standing.state === 'active' && isProof(verdict)) return activate(work, { found, proof: verdict, problem: '' })
  const to = standing.state === 'active' ? 'issuing' : standing.state
  const seen = { found, problem, detail: standing.detail }
  if (to === work.row.state) return recordSeen(work, seen)
  if (await moveTo(work, to, seen)) return recordSeen({ ...work, row: { ...work.row, state: to, checks: 1 } }, seen)
  return undefined
}

/** The one at Cloudflare: looked at, or found, or made. */
const ask = async (work: Work): Promise<Called<CustomHostname>> => {
  const { env, row, now } = work
  if (row.cloudflareId !== null) {
    const read = await readHostname(env, row.cloudflareId)
    if (read.kind !== 'done') return read
    const { state, isStuck } = standingOf(read.result)
    // Stuck, or asked for by a person just now: its waits begin anew.
    return isStuck || (row.checks <= 1 && state !== 'active') ? nudgeHostname(env, row.cloudflareId) : read
  }
  const found = await findHostname(env, row.hostname)
  if (found.kind !== 'done') return found
  if (found.result) {
    await recordAsked(work, { cloudflareId: found.result.id, askedAt: null })
    return { kind: 'done', result: found.result }
  }
  await recordAsked(work, { askedAt: now })
  const made = await createHostname(env, row.hostname)
  if (made.kind === 'done') await recordAsked(work, { cloudflareId: made.result.id, askedAt: null })
  return made
}

const revive = async (work: Work) => {
  const { env, row } = work
  const nudged = row.cloudflareId === null ? undefined : await nudgeHostname(env, row.cloudflareId)
  return recordSeen(work, { found: row.found, problem: nudged?.kind === 'done' ? '' : 'cloudflare-unanswered' })
}

/** It serves: does it still lead here, and does Cloudflare still have it? What can't be asked changes nothing. */
const watch = async (work: Work, verdict: Verdict): Promise<unknown> => {
  const { env, row, now } = work
  const { found } = row
  if (verdict === 'another') return letGo(work, 'waiting', 'another')
  if (verdict === 'elsewhere') {
    if (row.misses > 0) return letGo(work, 'waiting', 'lost')
    return recordSeen(work, { found, misses: 1, problem: 'elsewhere', dueAt: now + LOOK_AGAIN })
  }
  if (verdict === 'unknown' || row.cloudflareId === null) return recordSeen(work, { found, problem: 'dns-unanswered' })
  const read = await readHostname(env, row.cloudflareId)
  if (read.kind === 'gone') return letGo(work, 'waiting', 'lost')
  if (read.kind !== 'done') return recordSeen(work, { found, misses: 0, problem: 'cloudflare-unanswered' })
  const { state } = standingOf(read.result)
  if (state === 'lost') return letGo(work, 'waiting', 'lost')
  if (state === 'blocked') return letGo(work, 'failed', 'blocked')
  return recordSeen(work, { found, misses: 0, problem: '' })
}

/** No longer wanted: deleted at Cloudflare, seen to be gone there, and only then forgotten here. */
const end = async (work: Work): Promise<unknown> => {
  const { env, row, now } = work
  if (row.cloudflareId !== null) {
    const deleted = await deleteHostname(env, row.cloudflareId)
    if (deleted.kind === 'unclear' || deleted.kind === 'refused')
      return recordSeen(work, { problem: deleted.kind === 'refused' ? 'refused' : 'cloudflare-unanswered' })
  }
  const left = await findHostname(env, row.hostname)
  if (left.kind !== 'done') return recordSeen(work, { problem: 'cloudflare-unanswered' })
  if (left.result) return recordSeen(work, { cloudflareId: left.result.id, dueAt: now })
  // A call that was never answered may still be carried out.
  if (row.askedAt !== null && now - row.askedAt < COMES_LATE) return recordSeen(work, { cloudflareId: null, dueAt: row.askedAt + COMES_LATE })
  return forget(work)
}
