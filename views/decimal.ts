import currencies from 'currency-codes'

/** Whole numbers of a decimal unit, as people write them: money in minor units, quantities in 1/10,000, rates in 1/1,000 %. */

export const QUANTITY_PLACES = 4
export const RATE_PLACES = 3

/** How many places a currency of ISO 4217 has: 2 for EUR, 0 for JPY, 3 for KWD. Undefined when there is no such currency. */
export const placesOf = (currency: string): number | undefined => PLACES.get(currency)

/** Asked for a code, the list itself is searched from its beginning. */
const PLACES = new Map(currencies.data.map(({ code, digits }) => [code, digits]))

/** An integer of 10^-places as a decimal with a point: 1050 and 2 make "10.50". */
export const decimalText = (value: number, places: number): string => {
  const digits = String(Math.abs(value)).padStart(places + 1, '0')
  const text = places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`
  return value < 0 ? `-${text}` : text
}

/** A quantity, given in 1/10,000, as people type it: 20000 is "2", 125000 is "12.5". */
export const quantityText = (quantity: number): string => decimalText(quantity, QUANTITY_PLACES).replace(/\.?0+$/, '')
