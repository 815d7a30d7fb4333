import * as z from 'zod/mini'
import { SECOND } from '#src/dates.ts'
import type { Env } from '#src/env.ts'

/** Looks names up over HTTPS, in the JSON that resolvers answer (`application/dns-json`). */

const ANSWER_WITHIN = 4 * SECOND
const TYPES = { A: 1, CNAME: 5, TXT: 16, AAAA: 28, CAA: 257 } as const
export type RecordType = keyof typeof TYPES

const Answer = z.object({
  Status: z.number(),
  Answer: z.optional(z.array(z.object({ name: z.string(), type: z.number(), data: z.string() }))),
})

/** `failed`: it could not be asked, which says nothing of the name. */
export type Looked = { kind: 'found'; records: { name: string; type: number; data: string }[] } | { kind: 'failed' }

const NO_ERROR = 0
const NO_SUCH_NAME = 3

/** The records of a name, with those that a CNAME leads to. A name that isn't there has none. */
export const lookUp = async (env: Pick<Env, 'DNS_BASE_URL'>, name: string, type: RecordType): Promise<Looked> => {
  try {
    const url = new URL(env.DNS_BASE_URL ?? 'https://cloudflare-dns.com/dns-query')
    url.searchParams.set('name', name)
    url.searchParams.set('type', type)
    const response = await fetch(url, { headers: { accept: 'application/dns-json' }, signal: AbortSignal.timeout(ANSWER_WITHIN) })
    if (!response.ok) {
      await response.body?.cancel()
      return { kind: 'failed' }
    }
    const { Status, Answer: records = [] } = Answer.parse(await response.json())
    if (Status !== NO_ERROR && Status !== NO_SUCH_NAME) return { kind: 'failed' }
    return { kind: 'found', records: records.map((record) => ({ ...record, name: plain(record.name) })) }
  } catch {
    return { kind: 'failed' }
  }
}

/** The data of the records of one type. */
export const ofType = (looked: Looked, type: RecordType): string[] =>
  looked.kind === 'found' ? looked.records.filter((record) => record.type === TYPES[type]).map(({ data }) => data) : []

/** As names are compared. */
export const plain = (name: string): string => name.toLowerCase().replace(/\.$/, '')

/** A text record's words: resolvers write it in quotes, and long ones in pieces. */
export const textOf = (data: string): string =>
  data.startsWith('"') ? [...data.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, part = '']) => part.replace(/\\(.)/g, '$1')).join('') : data

/** A CAA record: which authority may make a certificate. Written out, or as bytes in hexadecimal (`\# 21 00 05 69 …`). */
export const caaOf = (data: string): { tag: string; value: string } | undefined => {
  const words = /^\d+\s+([a-z0-9]+)\s+"?([^"]*)"?$/i.exec(data)
  if (words) return { tag: (words[1] ?? '').toLowerCase(), value: (words[2] ?? '').toLowerCase() }
  const hex = /^\\#\s+\d+\s+((?:[0-9a-f]{2}\s*)+)$/i.exec(data)?.[1]
  if (hex === undefined) return undefined
  const bytes = hex.match(/[0-9a-f]{2}/gi)?.map((byte) => Number.parseInt(byte, 16)) ?? []
  const length = bytes[1] ?? 0
  const text = (from: number, to?: number) => String.fromCharCode(...bytes.slice(from, to)).toLowerCase()
  return { tag: text(2, 2 + length), value: text(2 + length) }
}
