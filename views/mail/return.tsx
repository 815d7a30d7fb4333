import type { ReturnItem, ReturnNews, StaffReturnNews } from '#src/mail/outbox.ts'
import { formatQuantity } from '#views/format.ts'
import { questionsOf } from './contact.ts'
import { greetingOf, type Letter, type Run } from './letter.tsx'
import { plainName } from './names.ts'

const itemOf =
  (locale: string, many: (item: ReturnItem) => number) =>
  (item: ReturnItem): Run[] => [`${formatQuantity(many(item), locale)} × `, { name: item.description }, ...(item.sku ? [' (', { name: item.sku }, ')'] : [])]

const asked = ({ items, locale }: Pick<ReturnNews, 'items' | 'locale'>) => items.map(itemOf(locale, ({ quantity }) => quantity))
const approved = ({ items, locale }: ReturnNews) => items.filter((item) => (item.approved ?? 0) > 0).map(itemOf(locale, ({ approved: many }) => many ?? 0))

const fromOrders = (orders: string[]): Run[] =>
  orders.length === 0 ? [] : [orders.length === 1 ? ' from order ' : ' from orders ', { name: orders.join(', ') }]

const OUTCOMES = {
  credit: 'You get a credit for it',
  replacement: 'You get a replacement',
  repair: 'It was repaired',
  nothing: 'Nothing is to be credited or replaced',
}

type Words = Pick<Letter, 'subject' | 'title' | 'body'> & Partial<Pick<Letter, 'list' | 'notes'>>

const wordsOf = (data: ReturnNews): Words => {
  const number = data.number ?? ''
  const about: Run = { name: number, bold: true }
  const company: Run = { name: data.company }
  const howTo: Run[][] = data.instructions.length === 0 ? [] : [['How to send it back:'], ...data.instructions.map((line): Run[] => [{ words: line }])]
  switch (data.what) {
    case 'submitted':
      return {
        subject: `${number}: we have your return request`,
        title: 'We have your return request',
        body: ['Your request ', about, ...fromOrders(data.orders), ' has reached ', company, '. You get a mail as soon as it is decided.'],
        list: asked(data),
        notes: [['Please keep the goods until then.']],
      }
    case 'question':
      return {
        subject: `${number}: we have a question`,
        title: 'We have a question about your return',
        body: [company, ' asks about ', about, ': ', { words: data.words }],
        notes: [['Answer in the portal; you can add photos there.']],
      }
    case 'approved':
      return {
        subject: `${number}: your return is approved`,
        title: 'Your return is approved',
        body: [company, ' takes back what you asked for in ', about, ':'],
        list: approved(data),
        notes: howTo,
      }
    case 'partly-approved':
      return {
        subject: `${number}: your return is approved in part`,
        title: 'Your return is approved in part',
        body: [company, ' takes back this of what you asked for in ', about, ':'],
        list: approved(data),
        notes: howTo,
      }
    case 'rejected':
      return {
        subject: `${number}: your return was not approved`,
        title: 'Your return was not approved',
        body: [company, ' can’t take back what you asked for in ', about, ': ', { words: data.words }],
        list: asked(data),
      }
    case 'received':
      return {
        subject: `${number}: your goods have arrived`,
        title: 'Your goods have arrived',
        body: [company, ' has received what you sent back for ', about, ', and looks at it now.'],
      }
    case 'closed':
      return {
        subject: `${number}: your return is closed`,
        title: 'Your return is closed',
        body: [
          'Your return ',
          about,
          ` is closed. ${data.outcome === null ? '' : OUTCOMES[data.outcome]}`,
          ...(data.creditNote ? [', with credit note ', { name: data.creditNote, bold: true }] : []),
          '.',
        ],
      }
  }
}

/** To a client's person: what became of what they asked for. */
export const returnLetter = (data: ReturnNews): Letter => {
  const { notes = [], ...words } = wordsOf(data)
  return {
    ...words,
    sender: data.company,
    colour: data.brandColour,
    logo: data.logo,
    greeting: greetingOf(data.personName),
    button: { label: 'See the return', address: `${data.address}/returns/${data.returnId}` },
    notes: [...notes, ['This is about ', { name: data.clients.join(', ') }, '.', ...questionsOf(data)]],
  }
}

const STAFF = {
  submitted: { subject: 'new return request', title: 'A new return request', did: ' asks for return ', button: 'Decide' },
  answered: { subject: 'your question is answered', title: 'Your question is answered', did: ' answered about return ', button: 'Decide' },
  withdrawn: { subject: 'withdrawn by the client', title: 'A return request was withdrawn', did: ' withdrew return ', button: 'See it' },
}

/** To the staff who want it: what a client asks for, or says. */
export const staffReturnLetter = (data: StaffReturnNews): Letter => {
  const { subject, title, did, button } = STAFF[data.what]
  const number = data.number ?? ''
  return {
    sender: 'StockFlow',
    colour: '#1d6b57',
    subject: `${number}, ${plainName(data.client)}: ${subject}`,
    title,
    greeting: greetingOf(data.personName),
    body: [
      { name: data.by },
      ' of ',
      { name: data.client, bold: true },
      did,
      { name: number, bold: true },
      '.',
      ...(data.words ? [' “', { words: data.words }, '”'] : []),
    ],
    list: asked(data),
    button: { label: button, address: `${data.address}/returns/${data.returnId}` },
    notes: [
      ...(data.photos > 0 ? [[data.photos === 1 ? 'With a photo.' : `With ${data.photos} photos.`]] : []),
      ['You get this mail because your account says so: see Account in StockFlow.'],
    ],
  }
}
