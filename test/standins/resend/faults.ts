import * as z from 'zod'
import { randomFrom } from '#tools/demo/random.ts'

/** What goes wrong, as told: so many next calls in one way, or calls by chance, the same ones for the same seed. */

const KINDS = ['rate-limited', 'broken', 'silent', 'taken-then-silent'] as const
/**
 * `silent`: nothing is taken, and no answer ever comes. `taken-then-silent`: the mail is taken, but its sender never hears so.
 */
export type Fault = { kind: (typeof KINDS)[number]; retryAfter: number }

/** What the next calls meet. */
export const Behaviour = z.object({ kind: z.enum(KINDS), times: z.int().min(0).default(1), retryAfter: z.int().min(0).default(1) })
export type Behaviour = z.input<typeof Behaviour>

const share = z.number().min(0).max(1).default(0)
/** Of all calls, the shares that meet each fault; how long the others take. */
export const Faults = z
  .object({
    seed: z.int().default(1),
    rateLimited: share,
    broken: share,
    silent: share,
    takenThenSilent: share,
    latencyMs: z.int().min(0).default(0),
    retryAfter: z.int().min(0).default(1),
  })
  .refine(({ rateLimited, broken, silent, takenThenSilent }) => rateLimited + broken + silent + takenThenSilent <= 1, 'more faults than calls')
export type Faults = z.input<typeof Faults>

/** Says of each call what befalls it. */
export class Trouble {
  latencyMs = 0
  #told: z.output<typeof Behaviour> = { kind: 'broken', times: 0, retryAfter: 1 }
  #byChance: () => Fault | undefined = () => undefined

  behave(behaviour: Behaviour): void {
    this.#told = Behaviour.parse(behaviour)
  }

  set(faults: Faults): void {
    const { seed, latencyMs, retryAfter, ...shares } = Faults.parse(faults)
    const random = randomFrom(seed)
    const kinds: [Fault['kind'], number][] = [
      ['rate-limited', shares.rateLimited],
      ['broken', shares.broken],
      ['silent', shares.silent],
      ['taken-then-silent', shares.takenThenSilent],
    ]
    this.latencyMs = latencyMs
    this.#byChance = () => {
      let left = random.next()
      const found = kinds.find(([, chance]) => {
        left -= chance
        return left < 0
      })
      return found && { kind: found[0], retryAfter }
    }
  }

  next(): Fault | undefined {
    if (this.#told.times === 0) return this.#byChance()
    this.#told.times -= 1
    return this.#told
  }
}
