/** What ends a request early. Each surface turns these into pages in one place. */

/** Not there, or somebody else's: the same answer for both. */
export class NotFound extends Error {}
/** No session, or one that no longer holds. */
export class SignedOut extends Error {}
/**
 * The session holds, but not for the client that was asked for: it went on as another one (`clientId`), or this one is
 * closed to its person now and others are not (null: to be chosen).
 */
export class OtherClient extends Error {
  readonly clientId: string | null
  constructor(clientId: string | null) {
    super('another client')
    this.clientId = clientId
  }
}
/** Signed in, with a role that may not do this. */
export class NotAllowed extends Error {}
/** A change asked for by staff who look at a client's portal. */
export class OnlyLooking extends Error {}
/** The company has its portal switched off. */
export class PortalOff extends Error {}
/** A name that a company wants its portal served under, and that doesn't serve yet. */
export class NotReady extends Error {}
/** The company's portal has a name of its own, and was asked for under ours. */
export class Moved extends Error {
  readonly hostname: string
  constructor(hostname: string) {
    super('moved')
    this.hostname = hostname
  }
}
/** A change that was asked for by a page of another origin. */
export class CrossSite extends Error {}
export class TooLarge extends Error {}
/** A body that is no form, where a form was expected. */
export class NoForm extends Error {}
/** What there was too much of: posts in a minute, wrong passwords, resets of one address, invitations sent again by a company. */
export type TooManyOf = 'posts' | 'wrong passwords' | 'resets' | 'resends' | 'new links' | 'staff invitations'
/** Over a limit. Answers 429 with Retry-After. */
export class TooMany extends Error {
  /** Until it may be tried again. */
  readonly seconds: number
  readonly of: TooManyOf
  constructor(seconds: number, of: TooManyOf = 'posts') {
    super(`too many ${of}`)
    this.seconds = seconds
    this.of = of
  }
}
