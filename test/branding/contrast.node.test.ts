import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { brandCss } from '#src/branding/brand-css.ts'

/** WCAG's contrast, computed here and read from the style sheets themselves: nothing of the code that it judges. */
const channel = (value: number) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4)
const luminance = (hex: string) => {
  const [r = 0, g = 0, b = 0] = (hex.slice(1).match(/../g) ?? []).map((pair) => channel(Number.parseInt(pair, 16)))
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}
const contrast = (one: string, other: string) => {
  const [a, b] = [luminance(one) + 0.05, luminance(other) + 0.05]
  return a > b ? a / b : b / a
}

const tokens = readFileSync('public/css/tokens.css', 'utf8')
const surfaces = ['page', 'surface', 'sunken'].map((name) => {
  const [, light = '', dark = ''] = new RegExp(`--${name}: light-dark\\((#[0-9a-f]{6}), (#[0-9a-f]{6})\\)`).exec(tokens) ?? []
  return { light, dark }
})

const shadesOf = (hex: string) => {
  const css = brandCss(hex) ?? ''
  const one = (name: string) => new RegExp(`--${name}:(#[0-9a-f]{6})[;}]`).exec(css)?.[1] ?? ''
  const [, light = '', dark = ''] = /--brand-text:light-dark\((#[0-9a-f]{6}),(#[0-9a-f]{6})\)/.exec(css) ?? []
  return { brand: one('brand'), ink: one('brand-ink'), hover: one('brand-hover'), light, dark }
}

let seed = 20_261_127
const random = () => {
  seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
  return seed / 2 ** 32
}
const colours = [
  ...['000000', 'ffffff', '7f7f7f', '777777', 'ff0000', '00ff00', '0000ff', 'ffff00', '00ffff', 'ff00ff', 'fffffe', '010101'],
  ...Array.from({ length: 500 }, () =>
    Math.floor(random() * 2 ** 24)
      .toString(16)
      .padStart(6, '0'),
  ),
]

describe('of black, white, the pure colours and 500 random ones', () => {
  it('knows the surfaces', () => {
    for (const { light, dark } of surfaces) expect([light, dark]).toEqual([expect.stringMatching(/^#/), expect.stringMatching(/^#/)])
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21)
  })

  it('text on a button is legible, under the pointer too', () => {
    for (const hex of colours) {
      const { brand, ink, hover } = shadesOf(hex)
      expect(brand).toBe(`#${hex}`)
      expect(contrast(ink, brand), `${ink} on ${brand}`).toBeGreaterThanOrEqual(4.5)
      expect(contrast(ink, hover), `${ink} on ${hover}, the hover of ${brand}`).toBeGreaterThanOrEqual(4.5)
    }
  })

  // The ring of what has the focus takes the same shade, and needs 3 : 1 only.
  it('links and the ring of what has the focus are legible on every surface, in both schemes', () => {
    const ring = readFileSync('public/css/base.css', 'utf8')
    expect(ring).toMatch(/:focus-visible\s*\{[^}]*outline:[^;]*var\(--brand-text\)/)
    for (const hex of colours) {
      const { light, dark } = shadesOf(hex)
      for (const surface of surfaces) {
        expect(contrast(light, surface.light), `${light} on ${surface.light}, of #${hex}`).toBeGreaterThanOrEqual(4.5)
        expect(contrast(dark, surface.dark), `${dark} on ${surface.dark}, of #${hex}`).toBeGreaterThanOrEqual(4.5)
      }
    }
  })
})
