/** What an invoice with the number `i` of a made company holds, as expressions over `i`. */

export const LINES_EACH = 5
/** One invoice in so many is open. */
export const UNPAID_EVERY = 20

/** In minor units; a price that five divides, so that a fifth of it is whole. */
export const lineOf = (position: number) => {
  const quantity = `(1 + (i * 7 + ${position * 3}) % 9)`
  const price = `(5 * (20 + (i * 31 + ${position * 17}) % 1980))`
  const net = `(${quantity} * ${price})`
  return { quantity, price, net, tax: `(${net} / 5)` }
}
