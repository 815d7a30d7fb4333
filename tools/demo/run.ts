import { HOUR } from '#src/dates.ts'
import { emailKeyOf } from '#src/email-address.ts'
import type { People, Person, Setting, Way } from './people.ts'

/** Many of the demo's clients invited at once, the day before. */

export const RUN_BEGAN = 26 * HOUR

type Rows = Pick<People, 'invitationRuns' | 'invitationRunClients' | 'mailBatches'>
type Part = Pick<People['outbox'][number], 'runId' | 'batchId' | 'batchPosition'>
const ALONE: Part = { runId: null, batchId: null, batchPosition: null }

/** The run of those whose way began with it, and each one's part in it. */
export const runOf = ({ tenantId, staffId, random, now }: Setting, all: { person: Person; way: Way }[]): { rows: Rows; partOf: (person: Person) => Part } => {
  const [runId, createdAt] = [random.id(), now - RUN_BEGAN]
  const batchId = `${runId}-1`
  const members = all.flatMap(({ person, way }) => (way.invitedAt === createdAt ? person : []))
  const clients = members.flatMap(({ email, members }) => members.map(({ clientId }) => ({ email, clientId })))
  return {
    rows: {
      // Its counts of mails come by themselves, with the mails.
      invitationRuns: [
        {
          tenantId,
          id: runId,
          staffId,
          createdAt,
          begunAt: createdAt,
          selection: JSON.stringify({ all: true, filter: { status: 'active', email: 'yes' } }),
          skipped: JSON.stringify({ 'already-active': 21, 'switched-off': 3 }),
          invited: clients.length,
        },
      ],
      invitationRunClients: clients.map(({ email, clientId }) => ({
        tenantId,
        runId,
        emailKey: emailKeyOf(email),
        clientId,
        email,
        outcome: 'invited',
        previousInvitedAt: null,
      })),
      mailBatches: [{ tenantId, id: batchId, runId, state: 'done', dueAt: createdAt, attempts: 1, createdAt }],
    },
    partOf: (person) => (members.includes(person) ? { runId, batchId, batchPosition: members.indexOf(person) } : ALONE),
  }
}
