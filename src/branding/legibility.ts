import { brandShades } from './brand-css.ts'
import { contrastOf } from './colour.ts'

/** How a brand colour is made legible, for whoever chooses it. */
export type Legibility = {
  /** What is written on it. */
  ink: 'white' | 'black'
  /** The contrast of the two, 1 to 21. */
  contrast: number
  /** Whether another shade stands for it where it is text, on light and on dark pages. */
  adaptedLight: boolean
  adaptedDark: boolean
}

/** @param colour `#rrggbb` */
export const legibilityOf = (colour: string): Legibility => {
  const { brand, ink, text, textDark } = brandShades(colour)
  return { ink: ink === '#ffffff' ? 'white' : 'black', contrast: contrastOf(ink, brand), adaptedLight: text !== brand, adaptedDark: textDark !== brand }
}
