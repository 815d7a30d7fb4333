/** Just enough colour science to compute shades: sRGB as `#rrggbb`, and OKLCH, in which lightness means what it says. */

/** OKLCH: lightness 0 to 1, chroma, hue in radians. */
export type Lch = { l: number; c: number; h: number }
type Triple = [number, number, number]

const toLinear = (channel: number): number => (channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4)
const fromLinear = (light: number): number => (light <= 0.0031308 ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055)

const linearOf = (hex: string): Triple => {
  const value = Number.parseInt(hex.slice(1), 16)
  return [toLinear(((value >> 16) & 255) / 255), toLinear(((value >> 8) & 255) / 255), toLinear((value & 255) / 255)]
}

const hexOf = (linear: Triple): string =>
  `#${linear
    .map((light) =>
      Math.round(255 * Math.min(1, Math.max(0, fromLinear(Math.min(1, Math.max(0, light))))))
        .toString(16)
        .padStart(2, '0'),
    )
    .join('')}`

// Björn Ottosson's matrices, as CSS Color 4 gives them.
const labOf = ([r, g, b]: Triple): Triple => {
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ]
}

const linearOfLab = ([lightness, a, b]: Triple): Triple => {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ]
}

/** WCAG's contrast of two colours, 1 to 21. */
export const contrastOf = (one: string, other: string): number => {
  const [light = 0, dark = 0] = [one, other].map(luminanceOf).sort((a, b) => b - a)
  return (light + 0.05) / (dark + 0.05)
}

const luminanceOf = (hex: string): number => {
  const [r, g, b] = linearOf(hex)
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

export const lchOf = (hex: string): Lch => {
  const [l, a, b] = labOf(linearOf(hex))
  return { l, c: Math.hypot(a, b), h: Math.atan2(b, a) }
}

const linearOfLch = ({ l, c, h }: Lch): Triple => linearOfLab([l, c * Math.cos(h), c * Math.sin(h)])
const isShown = (linear: Triple): boolean => linear.every((light) => light >= -0.0001 && light <= 1.0001)

/** The nearest colour a screen can show: lightness and hue kept, as much chroma as there is room for. */
export const fitted = (lch: Lch): string => {
  if (isShown(linearOfLch(lch))) return hexOf(linearOfLch(lch))
  let [low, high] = [0, lch.c]
  for (let step = 0; step < 16; step++) {
    const c = (low + high) / 2
    if (isShown(linearOfLch({ ...lch, c }))) low = c
    else high = c
  }
  return hexOf(linearOfLch({ ...lch, c: low }))
}

/** What CSS makes of `color-mix(in oklab, one <share>, other)`. */
export const mixed = (one: string, other: string, share: number): string => {
  const [l1, a1, b1] = labOf(linearOf(one))
  const [l2, a2, b2] = labOf(linearOf(other))
  const between = (x: number, y: number) => x * share + y * (1 - share)
  return hexOf(linearOfLab([between(l1, l2), between(a1, a2), between(b1, b2)]))
}
