import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { brandCss, brandShades } from '#src/branding/brand-css.ts'

const tokens = readFileSync(join(import.meta.dirname, '../../public/css/tokens.css'), 'utf8')

/** WCAG 2.2, written from its definition and not from the code under test. */
const luminance = (hex: string) => {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}
const contrast = (one: string, other: string) => {
  const [a, b] = [luminance(one), luminance(other)]
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)
}

/** The same 500 colours every time, the corners of the cube among them. */
const colours = () => {
  let state = 20261125
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return (state >>> 8).toString(16).padStart(6, '0')
  }
  const corners = ['000000', 'ffffff', 'ff0000', '00ff00', '0000ff', 'ffff00', '00ffff', 'ff00ff', '777777', '767676', '1d6b57']
  return [...corners, ...Array.from({ length: 500 - corners.length }, next)]
}

/** A background of both schemes as the style sheet declares it. */
const background = (name: string) => {
  const [, light = '', dark = ''] = new RegExp(`--${name}: light-dark\\((#[0-9a-f]{6}), (#[0-9a-f]{6})\\)`).exec(tokens) ?? []
  expect(dark, `--${name} in tokens.css`).not.toBe('')
  return { light, dark }
}

test('text in the brand colour is legible on every background, in both schemes, whatever the colour', () => {
  const backgrounds = ['page', 'surface', 'sunken'].map(background)
  for (const hex of colours()) {
    const { text, textDark, soft, softDark } = brandShades(hex)
    for (const behind of [...backgrounds.map(({ light }) => light), soft])
      expect(contrast(text, behind), `#${hex}: ${text} on ${behind}`).toBeGreaterThanOrEqual(4.5)
    for (const behind of [...backgrounds.map(({ dark }) => dark), softDark])
      expect(contrast(textDark, behind), `#${hex}: ${textDark} on ${behind}`).toBeGreaterThanOrEqual(4.5)
  }
})

test('what is written on the brand colour is legible, under the pointer too', () => {
  for (const hex of colours()) {
    const { brand, ink, hover } = brandShades(hex)
    expect(contrast(ink, brand), `#${hex}`).toBeGreaterThanOrEqual(4.5)
    expect(contrast(ink, hover), `#${hex} hovered ${hover}`).toBeGreaterThanOrEqual(4.5)
  }
})

test('a brand-coloured button can be told from the surface', () => {
  for (const hex of colours()) {
    const { edge, edgeDark } = brandShades(hex)
    expect(contrast(edge, background('surface').light), `#${hex}`).toBeGreaterThan(1.5)
    expect(contrast(edgeDark, background('surface').dark), `#${hex}`).toBeGreaterThan(1.5)
  }
})

test('a colour that is legible already stays as it is', () => {
  expect(brandShades('1d6b57')).toMatchObject({ brand: '#1d6b57', text: '#1d6b57', ink: '#ffffff' })
  expect(brandShades('#1d6b57')).toEqual(brandShades('1d6b57'))
})

test('the shade keeps the hue: a blue stays blue on dark', () => {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => Number.parseInt(brandShades('0000ff').textDark.slice(at, at + 2), 16))
  expect(b).toBeGreaterThan(Math.max(r, g) + 60)
})

test('the tint is the one that the style sheet mixes', () => {
  expect(tokens).toContain('--brand-soft: color-mix(in oklab, var(--brand) 9%, var(--surface))')
  // The values that Chromium paints.
  expect(brandShades('1d6b57')).toMatchObject({ soft: '#ebf1ef', softDark: '#1b2326' })
})

test('the sheet holds the shades and nothing else', () => {
  const { brand, ink, hover, text, textDark, edge, edgeDark } = brandShades('b4530a')
  expect(brandCss('b4530a')).toBe(
    `:root{--brand:${brand};--brand-ink:${ink};--brand-hover:${hover};--brand-text:light-dark(${text},${textDark});--brand-edge:light-dark(${edge},${edgeDark})}\n`,
  )
})

test.each(['', '1d6b5', '1d6b577', '1D6B57', '#1d6b57', 'red', '1d6b5g', '}*{x:y', '1d6b57\n', '../css'])('%j is no colour', (hex) => {
  expect(brandCss(hex)).toBeUndefined()
})
