/** In the Worker, instead of `postal-mime`: `resend` reads incoming mail with it, and nobody sends us any. */

export default {
  parse: (): never => {
    throw new Error('the parser of incoming mail was left out')
  },
}
