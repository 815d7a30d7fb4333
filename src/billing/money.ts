/** Money is an integer of minor units beside its ISO 4217 currency. Nothing here passes through floating point. */

/** A decimal number written with a point, as an integer of 10^-places. Undefined when it is none, has more places, or is too large. */
export const parseDecimal = (text: string, places: number): number | undefined => {
  const parts = /^([+-]?)(\d{1,15})(?:\.(\d+))?$/.exec(text.trim())
  if (!parts) return undefined
  const [, sign, whole = '', fraction = ''] = parts
  if (fraction.slice(places).replaceAll('0', '') !== '') return undefined
  const value = BigInt(whole + fraction.slice(0, places).padEnd(places, '0'))
  return value > BigInt(Number.MAX_SAFE_INTEGER) ? undefined : Number(sign === '-' ? -value : value) || 0
}

/** a / b to the nearest integer, half away from zero on both sides of zero. */
export const divideRounded = (a: bigint, b: bigint): number => {
  const negative = a < 0n !== b < 0n
  const [top, bottom] = [a < 0n ? -a : a, b < 0n ? -b : b]
  const rounded = (2n * top + bottom) / (2n * bottom)
  return Number(negative ? -rounded : rounded) || 0
}

const HUNDRED_PERCENT = 100_000n

/** A rate of 1/1,000 % of an amount, in minor units. */
export const shareOf = (amount: number, rate: number): number => divideRounded(BigInt(amount) * BigInt(rate), HUNDRED_PERCENT)

/** Quantity (1/10,000) × price, less a discount (1/1,000 %), rounded once, in minor units. */
export const lineTotalOf = (quantity: number, unitPrice: number, discount = 0): number =>
  divideRounded(BigInt(quantity) * BigInt(unitPrice) * (HUNDRED_PERCENT - BigInt(discount)), 10_000n * HUNDRED_PERCENT)
