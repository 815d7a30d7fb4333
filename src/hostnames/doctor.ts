import type { Env } from '#src/env.ts'
import { cnameTarget } from '#src/hosts.ts'
import { caaOf, type Looked, lookUp, ofType, plain, textOf } from './dns.ts'

/** The domain doctor: what DNS shows of a name, whose it is by that, and what has to be changed. */

/** What was found, as it is kept and shown. */
export type Finding = {
  /** Where the name leads, one CNAME after the other. */
  cnames: string[]
  /** Addresses that stand at the end, or in place of a CNAME. */
  addresses: string[]
  /** What stands in the text record beside the name. */
  texts: string[]
  /** The name whose CAA records let no certificate of ours be made, and whom they name. */
  caa: { at: string; allows: string[] } | null
  /** Whether the name itself could be looked up at all. */
  answered: boolean
}

export const NOTHING: Finding = { cnames: [], addresses: [], texts: [], caa: null, answered: false }

const AUTHORITY = 'letsencrypt.org'
/** Beside the name, for names whose CNAME can't be seen from outside. */
export const textName = (hostname: string): string => `_stockflow.${hostname}`

/** Looks everything up at once. */
export const examine = async (env: Env, hostname: string): Promise<Finding> => {
  const [names, more, texts, caa] = await Promise.all([
    lookUp(env, hostname, 'A'),
    lookUp(env, hostname, 'AAAA'),
    lookUp(env, textName(hostname), 'TXT'),
    forbiddenBy(env, hostname),
  ])
  return {
    cnames: ofType(names, 'CNAME').map(plain),
    addresses: [...ofType(names, 'A'), ...ofType(more, 'AAAA')],
    texts: ofType(texts, 'TXT').map(textOf),
    caa,
    answered: names.kind === 'found',
  }
}

/** From the name upwards, the first one that has CAA records decides. */
const forbiddenBy = async (env: Env, hostname: string): Promise<Finding['caa']> => {
  const labels = hostname.split('.')
  const names = labels.slice(0, -1).map((_, i) => labels.slice(i).join('.'))
  const looked: Looked[] = await Promise.all(names.map((name) => lookUp(env, name, 'CAA')))
  for (const [i, each] of looked.entries()) {
    const issuers = ofType(each, 'CAA').flatMap((data) => caaOf(data) ?? [])
    const allows = issuers.filter(({ tag }) => tag === 'issue').map(({ value }) => (value.split(';')[0] ?? '').trim())
    if (allows.length > 0) return allows.includes(AUTHORITY) ? null : { at: names[i] ?? hostname, allows: allows.filter((name) => name !== '') }
  }
  return null
}

/**
 * `cname`, `txt`: this company's, and by what. `another`: it leads to another company of ours. `elsewhere`: it leads
 * somewhere else, or nowhere. `unknown`: it could not be looked up.
 */
export type Verdict = 'cname' | 'txt' | 'another' | 'elsewhere' | 'unknown'

/** Whose a name is by what was found. Where it leads counts before what is written beside it. */
export const verdictOf = (env: Env, slug: string, { cnames, texts, answered }: Finding): Verdict => {
  if (!answered) return 'unknown'
  const target = cnameTarget(env, slug)
  // Further CNAMEs behind ours are our own network's.
  const ours = cnames.find((name) => name.endsWith(`.${env.BASE_DOMAIN}`))
  if (ours !== undefined) return ours === target ? 'cname' : 'another'
  return texts.some((text) => plain(text.trim()) === target) ? 'txt' : 'elsewhere'
}
