/** What ends a request early. Each surface turns these into pages in one place. */

/** Not there, or somebody else's: the same answer for both. */
export class NotFound extends Error {}
/** No session, or one that no longer holds. */
export class SignedOut extends Error {}
/** The company has its portal switched off. */
export class PortalOff extends Error {}
/** A change that was asked for by a page of another origin. */
export class CrossSite extends Error {}
export class TooLarge extends Error {}
/** A body that is no form, where a form was expected. */
export class NoForm extends Error {}
/** Over a limit. Answers 429 with Retry-After. */
export class TooMany extends Error {
  readonly seconds: number
  constructor(seconds: number) {
    super('too many requests')
    this.seconds = seconds
  }
}
