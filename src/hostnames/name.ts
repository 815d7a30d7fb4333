import { publicSuffixOf } from './suffixes.ts'

/** A name that a company wants its portal served under, as it was typed: what it is in DNS, or why it can't be one. */

export type Named = { hostname: string } | { problem: string }

type House = {
  /** Under which the house itself serves. */
  baseDomain: string
  /** Names under `.localhost` lead to this machine, and are good for trying it. */
  isLocal: boolean
}

/** DNS holds names of up to 253, certificates those of up to 64 characters. */
const LONGEST = 64
/** Names that never lead anywhere, or that mean this machine or this house's network (RFC 6761, 6762, 7686, 8375, 9476). */
const SPECIAL = /(?:^|\.)(?:test|example|invalid|localhost|local|localdomain|internal|intranet|lan|home|corp|onion|alt|arpa|example\.(?:com|net|org))$/
/** Whose names point to them, so that ours can't point from them. */
const OTHERS = /(?:^|\.)(?:cloudflare\.com|workers\.dev|pages\.dev)$/

/** What people paste: an address with its scheme, a path that is none, a dot at the end, spaces around. */
const bare = (typed: string): string =>
  typed
    .replace(/^[\s\u00a0\u200b\ufeff]+|[\s\u00a0\u200b\ufeff]+$/gu, '')
    .replace(/^https?:\/\//i, '')
    .replace(/\/$/, '')
    .replace(/[.\u3002\uff0e\uff61]$/u, '')

/** As DNS writes it: lower case, other scripts in punycode. Undefined for what can't be written so. */
const inDns = (name: string): string | undefined => {
  try {
    return new URL(`http://${name}`).hostname
  } catch {
    return undefined
  }
}

const NO_NAME = 'That is no domain. Type one such as portal.yourcompany.com.'

/** @param suffixes the rules of the public suffix list; without them a name is held against it no further than it shows by itself */
export const hostnameOf = (typed: string, { baseDomain, isLocal }: House, suffixes: string | undefined): Named => {
  const name = bare(typed)
  if (name === '') return { problem: 'Type a domain, such as portal.yourcompany.com.' }
  if (name.length > 1000) return { problem: NO_NAME }
  if (name.startsWith('*.')) return { problem: 'A portal has one name: leave out the star.' }
  if (name.includes('@')) return { problem: 'That is an e-mail address. Type the domain alone: portal.yourcompany.com.' }
  if (/[/?#]/.test(name)) return { problem: 'Type the domain alone, without a path: portal.yourcompany.com.' }
  if (/^\[|^[0-9a-f:]*:[0-9a-f:]*:/i.test(name)) return { problem: 'That is an address of the network. Type a name, such as portal.yourcompany.com.' }
  if (/:\d*$/.test(name)) return { problem: 'Type the domain alone, without a port: portal.yourcompany.com.' }
  const hostname = inDns(name)
  if (hostname === undefined || /[^a-z0-9.-]/.test(hostname)) return { problem: name.includes('_') ? 'A portal’s domain can’t hold an underscore.' : NO_NAME }
  if (/^[\d.]+$/.test(hostname)) return { problem: 'That is an address of the network. Type a name, such as portal.yourcompany.com.' }
  const labels = hostname.split('.')
  if (labels.some((label) => label === '' || label.length > 63 || label.startsWith('-') || label.endsWith('-'))) return { problem: NO_NAME }
  if (labels.length === 1) return { problem: 'That is a single word. Type a whole domain, such as portal.yourcompany.com.' }
  if (hostname === baseDomain || hostname.endsWith(`.${baseDomain}`)) return { problem: `Names under ${baseDomain} are ours. Type one of your own company’s.` }
  if (isLocal && hostname.endsWith('.localhost')) return hostname.length > LONGEST ? tooLong(hostname) : { hostname }
  if (SPECIAL.test(hostname)) return { problem: 'That name is reserved and can’t be reached on the internet. Type one of your own company’s.' }
  if (OTHERS.test(hostname)) return { problem: 'That name belongs to the network that serves the portal. Type one of your own company’s.' }
  if (hostname.length > LONGEST) return tooLong(hostname)
  if (suffixes) return registered(hostname, suffixes)
  return labels.length === 2 ? itself(hostname) : { hostname }
}

const tooLong = ({ length }: string): Named => ({
  problem: `That has ${length} characters. A certificate holds names of at most ${LONGEST}; choose a shorter one.`,
})

/** By the list of endings under which anybody can register: the public suffix list. */
const registered = (hostname: string, suffixes: string): Named => {
  const suffix = publicSuffixOf(hostname, suffixes)
  if (suffix === undefined)
    return { problem: `There is no ending .${hostname.slice(hostname.lastIndexOf('.') + 1)} on the internet. Type one of your own company’s domains.` }
  if (hostname === suffix)
    return { problem: `${hostname} is an ending under which others have names, too. Type a name of your own, such as portal.yourcompany.com.` }
  return hostname.slice(0, -suffix.length - 1).includes('.') ? { hostname } : itself(hostname)
}

/** A CNAME can stand beside nothing else, and a domain itself always has other records. */
const itself = (hostname: string): Named => ({
  problem: `A domain itself can’t point to the portal by a CNAME record. Use a name under it, such as portal.${hostname}.`,
})
