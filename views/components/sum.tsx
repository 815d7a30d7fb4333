import { moneyParts } from '#views/format.ts'

/** The one big figure of a page: an amount in minor units, its fraction set small. */
export const Sum = ({ amount, currency, locale }: { amount: number; currency: string; locale: string }) => (
  <p class="sum">{moneyParts(amount, currency, locale).map(({ text, small }) => (small ? <small>{text}</small> : text))}</p>
)
