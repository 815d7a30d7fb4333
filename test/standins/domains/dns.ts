/** A resolver over HTTPS in the JSON that Cloudflare's and Google's speak, over records that are put there by hand. */

const TYPES = { A: 1, CNAME: 5, TXT: 16, AAAA: 28, CAA: 257 } as const
export type RecordType = keyof typeof TYPES
export type DnsRecord = { name: string; type: RecordType; data: string }

const NO_SUCH_NAME = 3
const SERVER_FAILED = 2

export class Dns {
  records: DnsRecord[] = []
  /** Names that can't be looked up for now; `*` for all. */
  readonly failing = new Set<string>()
  /** Under which the house serves: each name under it leads to its network. */
  readonly baseDomain: string
  constructor(baseDomain: string) {
    this.baseDomain = baseDomain
  }

  set(name: string, type: RecordType, ...data: string[]): void {
    this.records = [...this.records.filter((record) => record.name !== name || record.type !== type), ...data.map((each) => ({ name, type, data: each }))]
  }
  clear(name: string): void {
    this.records = this.records.filter((record) => record.name !== name)
  }

  /** Where a name leads, one CNAME after the other. */
  chain(name: string): string[] {
    const next = this.records.find((record) => record.name === name && record.type === 'CNAME')?.data.replace(/\.$/, '')
    return next === undefined ? [] : [next, ...this.chain(next)]
  }

  #of(name: string, type: RecordType): DnsRecord[] {
    if (type === 'A' && name.endsWith(`.${this.baseDomain}`)) return [{ name, type, data: '192.0.2.80' }]
    return this.records.filter((record) => record.name === name && record.type === type)
  }

  answer(request: Request): Response {
    const url = new URL(request.url)
    const [name, type] = [(url.searchParams.get('name') ?? '').toLowerCase().replace(/\.$/, ''), (url.searchParams.get('type') ?? 'A') as RecordType]
    if (!request.headers.get('accept')?.includes('application/dns-json')) return new Response('what do you accept?', { status: 400 })
    const asked = { TC: false, RD: true, RA: true, AD: false, CD: false, Question: [{ name, type: TYPES[type] }] }
    if (this.failing.has(name) || this.failing.has('*')) return Response.json({ Status: SERVER_FAILED, ...asked })
    const names = [name, ...this.chain(name)]
    const cnames = names.flatMap((each) => this.#of(each, 'CNAME'))
    const last = names.at(-1) ?? name
    const found = [...cnames, ...(type === 'CNAME' ? [] : this.#of(last, type))]
    const isKnown = found.length > 0 || this.records.some((record) => record.name === name || record.name.endsWith(`.${name}`))
    const Answer = found.map((record) => ({
      name: `${record.name}.`,
      type: TYPES[record.type],
      TTL: 300,
      data: record.type === 'CNAME' ? `${record.data}.` : record.data,
    }))
    return Response.json(
      { Status: isKnown ? 0 : NO_SUCH_NAME, ...asked, ...(Answer.length > 0 && { Answer }) },
      { headers: { 'content-type': 'application/dns-json' } },
    )
  }
}
