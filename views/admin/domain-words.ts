import type { Domain } from '#src/hostnames/claim.ts'

type Words = { what: string; todo: string }

/** What stands in a domain's way, and what to do about it, in plain words. */
export const problemWords = ({ problem, hostname, found }: Domain, target: string): Words | undefined => {
  switch (problem) {
    case '':
      return undefined
    case 'dns-unanswered':
      return { what: 'DNS could not be asked just now.', todo: 'Nothing has changed; it is tried again by itself.' }
    case 'cloudflare-unanswered':
      return { what: 'Cloudflare did not answer just now.', todo: 'Nothing has changed; it is tried again by itself.' }
    case 'permission':
      return { what: 'This site may not add domains at Cloudflare.', todo: 'Whoever runs it has to renew its API token. It goes on by itself then.' }
    case 'quota':
      return { what: 'This site has as many domains as it may have.', todo: 'Whoever runs it has to raise the limit at Cloudflare. It goes on by itself then.' }
    case 'refused':
      return { what: 'Cloudflare refused it.', todo: 'Ask whoever runs this site, and tell them what is in brackets.' }
    case 'elsewhere':
      return found.cnames.length > 0
        ? { what: `The CNAME record of ${hostname} leads elsewhere.`, todo: `Change it to ${target}.` }
        : found.addresses.length > 0
          ? { what: `${hostname} has an address, but no CNAME record.`, todo: `Put a CNAME record to ${target} in place of the A and AAAA records.` }
          : { what: `There is no record for ${hostname} yet.`, todo: 'Add the one below. Was it added? Then it takes a little until it is seen everywhere.' }
    case 'another':
      return { what: `The CNAME record of ${hostname} leads to another company’s portal.`, todo: `Change it to ${target}.` }
    case 'held':
      return { what: 'Another company has had this domain until now.', todo: 'Your record is right; the domain moves to you by itself within minutes.' }
    case 'caa':
      return {
        what: `CAA records${found.caa ? ` at ${found.caa.at}` : ''} don’t let Let’s Encrypt make a certificate.`,
        todo: 'Add one there: 0 issue "letsencrypt.org".',
      }
    case 'certificate':
      return { what: 'The certificate could not be made yet.', todo: 'It is tried again by itself. What Cloudflare says of it is in brackets.' }
    case 'blocked':
      return { what: 'Cloudflare has blocked this domain.', todo: 'Ask whoever runs this site: Cloudflare’s support can lift it.' }
    case 'lost':
      return { what: `${hostname} was switched off, because it didn’t lead here any more.`, todo: 'Put the record back, and it comes back by itself.' }
    case 'given-up':
      return { what: 'It was tried for seven days.', todo: 'Add or mend the record below, then choose Check now.' }
  }
}
