import { contrastOf, fitted, type Lch, lchOf, mixed } from './colour.ts'

/** What a company's one colour becomes, each `#rrggbb`. The plain names are for light surfaces, mails and paper. */
export type BrandShades = {
  brand: string
  /** What is written on the brand colour: at least 4.5 : 1. */
  ink: string
  /** The brand colour under the pointer; as legible under `ink`. */
  hover: string
  /** The shade that is legible as text on every surface. */
  text: string
  textDark: string
  /** What sets a brand-coloured area off from the surface it lies on. */
  edge: string
  edgeDark: string
  /** A tint for backgrounds. */
  soft: string
  softDark: string
}

// The backgrounds of public/css/tokens.css; `brand-soft` there has the same share.
const LIGHT = { page: '#faf9f7', surface: '#ffffff', sunken: '#f4f3f0' }
const DARK = { page: '#101318', surface: '#191c21', sunken: '#0d0f13' }
const SOFT_SHARE = 0.09

// WCAG AA asks for 4.5. A little more, because a row under the pointer is tinted; on dark, text of a colour needs more to read as well.
const TEXT_ON_LIGHT = 4.8
const TEXT_ON_DARK = 7
const AA = 4.5
/** Below this, a brand-coloured button could not be told from its surface. */
const VISIBLE = 1.6

const WHITE = '#ffffff'
const INKS = [WHITE, '#16181d', '#000000']

/**
 * The shades of a colour.
 * @param hex six lower-case hex digits, with or without `#`
 */
export const brandShades = (hex: string): BrandShades => {
  const brand = `#${hex.replace('#', '')}`
  const ink = INKS.find((candidate) => contrastOf(candidate, brand) >= AA) ?? WHITE
  const soft = mixed(brand, LIGHT.surface, SOFT_SHARE)
  const softDark = mixed(brand, DARK.surface, SOFT_SHARE)
  const text = legible(brand, [...Object.values(LIGHT), soft], TEXT_ON_LIGHT, -1)
  const textDark = legible(brand, [...Object.values(DARK), softDark], TEXT_ON_DARK, 1)
  return {
    brand,
    ink,
    hover: hovered(brand, ink),
    text,
    textDark,
    edge: contrastOf(brand, LIGHT.surface) >= VISIBLE ? brand : text,
    edgeDark: contrastOf(brand, DARK.surface) >= VISIBLE ? brand : textDark,
    soft,
    softDark,
  }
}

/**
 * The style sheet of a brand colour: a function of the colour alone, so it may be kept for ever.
 * @param hex six lower-case hex digits, without `#`
 * @returns undefined when it is anything else
 */
export const brandCss = (hex: string): string | undefined => {
  if (!/^[0-9a-f]{6}$/.test(hex)) return undefined
  const { brand, ink, hover, text, textDark, edge, edgeDark } = brandShades(hex)
  return `:root{--brand:${brand};--brand-ink:${ink};--brand-hover:${hover};--brand-text:light-dark(${text},${textDark});--brand-edge:light-dark(${edge},${edgeDark})}\n`
}

/** The same for the name of its file, `1d6b57.css`. */
export const brandSheet = (file: string): string | undefined => brandCss(/^([0-9a-f]{6})\.css$/.exec(file)?.[1] ?? '')

const STEP = 0.01

/** The colour itself if it is legible on all of these, else the nearest shade that is, lighter or darker. */
const legible = (colour: string, backgrounds: string[], ratio: number, direction: 1 | -1): string => {
  const isLegible = (shade: string) => backgrounds.every((background) => contrastOf(shade, background) >= ratio)
  if (isLegible(colour)) return colour
  const lch = lchOf(colour)
  for (let lightness = lch.l; lightness > 0 && lightness < 1; lightness += direction * STEP) {
    const shade = fitted({ ...lch, l: lightness })
    if (isLegible(shade)) return shade
  }
  return direction > 0 ? WHITE : '#000000'
}

/** A step darker where what is written on it stays legible, else a step lighter. */
const hovered = (brand: string, ink: string): string => {
  const lch: Lch = lchOf(brand)
  const [darker, lighter] = [-0.06, 0.05].map((step) => fitted({ ...lch, l: Math.min(1, Math.max(0, lch.l + step)) }))
  return [darker, lighter].find((shade) => shade !== undefined && shade !== brand && contrastOf(shade, ink) >= AA) ?? brand
}
