import { parseArgs } from 'node:util'

export type Options = {
  clients: number
  kills: number
  seed: number
  /** MAIL_PACE, such as `100/2`. */
  pace: string
  /** Clients whose address the provider refuses. */
  refused: number
  /** Minutes after which the run is given up. */
  limit: number
  /** The provider has no faults: what a run takes on a good day. */
  calm: boolean
  /** Where the figures are written as JSON, too. */
  figures: string | undefined
}

const HELP = `npm run faults -- [options]

Invites thousands of clients at once while everything goes wrong that is known to: the mail provider (a stand-in on this
machine) answers 20% of the calls with 429 and 10% with 500, takes 5% of them and never answers; every queue message is
delivered twice; the Worker is killed. Then it counts.

  --clients 10000   how many clients are invited; 3 in 100 share their address with another one
  --kills 5         how often the Worker is killed during the run
  --seed 1          of the faults, and of the moments of the kills
  --pace 100/2      so many mails in so many seconds
  --refused 0       how many of the clients have an address that the provider refuses
  --limit 30        minutes after which it gives up
  --figures FILE    where the figures are written as JSON, too
  --calm            the provider has no faults: with --kills 0, how long a run takes on a good day
`

const whole = (name: string, text: string, least: number): number => {
  const number = Number(text)
  if (!Number.isInteger(number) || number < least) throw new Error(`--${name} ${text}: a whole number of ${least} or more`)
  return number
}

/** Undefined: help was asked for, and given. @throws with a sentence for whoever typed them */
export const readOptions = (args: string[]): Options | undefined => {
  const { values } = parseArgs({
    args,
    options: {
      clients: { type: 'string', default: '10000' },
      kills: { type: 'string', default: '5' },
      seed: { type: 'string', default: '1' },
      pace: { type: 'string', default: '100/2' },
      refused: { type: 'string', default: '0' },
      limit: { type: 'string', default: '30' },
      calm: { type: 'boolean', default: false },
      figures: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    console.log(HELP)
    return undefined
  }
  if (!/^\d+\/\d+(\.\d+)?$/.test(values.pace)) throw new Error(`--pace ${values.pace}: written like 100/2`)
  return {
    clients: whole('clients', values.clients, 1),
    kills: whole('kills', values.kills, 0),
    seed: whole('seed', values.seed, 0),
    pace: values.pace,
    refused: whole('refused', values.refused, 0),
    limit: whole('limit', values.limit, 1),
    calm: values.calm,
    figures: values.figures,
  }
}
