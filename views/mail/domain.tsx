import type { DomainNews } from '#src/mail/outbox.ts'
import { greetingOf, type Letter } from './letter.tsx'
import { plainName } from './names.ts'

const WHY: Record<string, string> = {
  another: 'Its CNAME record leads to another company now.',
  elsewhere: 'Its CNAME record doesn’t lead to us any more.',
  lost: 'Its CNAME record doesn’t lead to us any more.',
  blocked: 'Cloudflare has blocked it. Ask whoever runs this site.',
}

/** To the owners of a company: what became of its own domain. */
export const domainLetter = ({ company, hostname, what, why, address, personName }: DomainNews): Letter => {
  const about = { sender: 'StockFlow', colour: '#1d6b57', greeting: greetingOf(personName) }
  const button = { label: 'See the domain', address: `${address}/settings/client-portal/domain` }
  const name = { name: hostname, bold: true }
  switch (what) {
    case 'active':
      return {
        ...about,
        subject: `${plainName(hostname)} is ready`,
        title: 'Your domain is ready',
        body: ['Clients of ', { name: company }, ' find their portal at ', name, ' now. The old address leads there, and mails do, too.'],
        button,
        notes: [['Keep its CNAME record as it is.']],
      }
    case 'off':
      return {
        ...about,
        subject: `${plainName(hostname)} was switched off`,
        title: 'Your domain was switched off',
        body: [name, ` no longer serves the portal. ${WHY[why] ?? WHY.lost}`, ' Clients reach the portal at its default address, and mails lead there again.'],
        button,
        notes: [['Put the record back, and the domain comes back by itself.']],
      }
    case 'failed':
      return {
        ...about,
        subject: `${plainName(hostname)} could not be set up`,
        title: 'Your domain could not be set up',
        body: [
          name,
          ` was tried for seven days. ${why === 'blocked' ? WHY.blocked : 'See what is missing, mend it, and choose Check now.'}`,
          ' Until then the portal is at its default address.',
        ],
        button,
        notes: [['Nothing else has changed.']],
      }
  }
}
