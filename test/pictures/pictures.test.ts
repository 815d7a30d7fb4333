import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import { LOGO, PHOTO, Refused } from '#src/pictures/limits.ts'
import { smallLogo, smallPhoto } from '#src/pictures/small.ts'
import { structureOf } from '#src/pictures/structure.ts'
import { BROKEN_PNGS, chunk, extendedWebp, FOREIGN, joined, misshapen, png, polyglots } from './make.ts'
import { pictureAs, textOf } from './other-kinds.ts'

const CANARY = 'taken at 51.5,-0.1 by canary'
let jpeg: Uint8Array
let webp: Uint8Array
beforeAll(async () => {
  jpeg = await pictureAs('image/jpeg', png({ width: 40, height: 10 }))
  webp = await pictureAs('image/webp', png({ width: 40, height: 10 }))
})

const saidOf = async (bytes: Uint8Array): Promise<string> => {
  try {
    await smallLogo(env, bytes)
    return 'taken'
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
const structureSaid = (bytes: Uint8Array): string => {
  try {
    structureOf(bytes, LOGO)
    return 'taken'
  } catch (error) {
    return error instanceof Refused ? 'refused' : String(error)
  }
}

describe('a picture is refused with a sentence', () => {
  it.each(Object.entries(BROKEN_PNGS))('PNG: %s', async (_, [bytes, why]) => expect(await saidOf(bytes)).toMatch(why))
  it.each(Object.entries(FOREIGN))('%s', async (_, [bytes, why]) => expect(await saidOf(bytes)).toMatch(why))
  it('that is something else as well', async () => {
    const cases = Object.entries(polyglots(jpeg, webp))
    for (const [name, [bytes, why]] of cases) expect([name, await saidOf(bytes)]).toEqual([name, expect.stringMatching(why)])
    expect(cases.length).toBeGreaterThan(12)
  })
  it('that is not as its kind is', async () => {
    for (const [name, [bytes, why]] of Object.entries(misshapen(jpeg, webp))) expect([name, await saidOf(bytes)]).toEqual([name, expect.stringMatching(why)])
    expect(await saidOf(extendedWebp(webp))).toBe('taken')
  })
  it('at whichever byte it is cut off, and never by an error that nobody foresaw', () => {
    for (const whole of [png({ colour: 3 }), jpeg, webp])
      for (let length = 0; length < whole.length; length++) expect([length, structureSaid(whole.subarray(0, length))]).toEqual([length, 'refused'])
    for (const whole of [png({ colour: 3 }, chunk('tRNS', [0])), jpeg, webp, extendedWebp(webp)])
      for (let at = 0; at < Math.min(whole.length, 800); at++)
        for (const value of [0, 1, 0x7f, 0xff]) expect(structureSaid(whole.map((byte, i) => (i === at ? value : byte)))).toMatch(/^(?:taken|refused)$/)
  })
  it('wherever a JPEG or a WebP is cut off', async () => {
    for (const whole of [jpeg, webp]) {
      expect(await saidOf(whole)).toBe('taken')
      for (let length = 3; length < whole.length; length += Math.ceil(whole.length / 60))
        expect([length, await saidOf(whole.subarray(0, length))]).not.toContain('taken')
    }
  })
})

describe('a picture is kept', () => {
  const kinds = (): [string, Uint8Array][] => [
    ...[0, 2, 3, 4, 6].map((colour): [string, Uint8Array] => [`PNG, colour ${colour}`, png({ width: 40, height: 10, colour })]),
    ['PNG, 16 bits', png({ width: 40, height: 10, depth: 16 })],
    ['PNG with a text', png({ width: 40, height: 10 }, chunk('tEXt', joined('Comment', [0], CANARY)), chunk('eXIf', joined('MM', [0, 42], CANARY)))],
    ['JPEG with a place', joined(jpeg.subarray(0, 2), [0xff, 0xe1, 0, CANARY.length + 8], 'Exif', [0, 0], CANARY, jpeg.subarray(2))],
    ['WebP', webp],
  ]
  it('whatever its kind, as a PNG of the same size with nothing beside it', async () => {
    for (const [name, bytes] of kinds()) {
      const kept = await smallLogo(env, bytes)
      expect([name, kept.width, kept.height]).toEqual([name, 40, 10])
      const parts = [...textOf(kept.bytes).matchAll(/IHDR|PLTE|tRNS|IDAT|IEND|iCCP|tEXt|zTXt|iTXt|eXIf|pHYs|gAMA|sRGB|tIME/g)].map(([part]) => part)
      expect([name, parts.filter((part) => !['IHDR', 'PLTE', 'tRNS', 'IDAT', 'IEND'].includes(part))]).toEqual([name, []])
      expect(textOf(kept.bytes)).not.toContain('canary')
      expect((await env.IMAGES.info(new Blob([kept.bytes as Uint8Array<ArrayBuffer>]).stream())).format).toBe('image/png')
    }
  })
  it('no larger than it is shown, and never enlarged', async () => {
    expect(await smallLogo(env, png({ width: 2000, height: 400 }))).toMatchObject({ width: 640, height: 128 })
    expect(await smallLogo(env, png({ width: 300, height: 1200 }))).toMatchObject({ width: 48, height: 192 })
    expect(await smallLogo(env, png({ width: 3, height: 2 }))).toMatchObject({ width: 3, height: 2 })
  })
})

describe('a photo is kept', () => {
  it('as a JPEG with nothing beside it, whatever its kind', async () => {
    const place = joined(jpeg.subarray(0, 2), [0xff, 0xe1, 0, CANARY.length + 8], 'Exif', [0, 0], CANARY, [0xff, 0xfe, 0, 8], 'canary', jpeg.subarray(2))
    for (const bytes of [png({ width: 40, height: 10 }), place, webp]) {
      const kept = await smallPhoto(env, bytes)
      expect(kept).toMatchObject({ width: 40, height: 10 })
      expect((await env.IMAGES.info(new Blob([kept.bytes as Uint8Array<ArrayBuffer>]).stream())).format).toBe('image/jpeg')
      expect(textOf(kept.bytes)).not.toContain('canary')
      // Markers of applications (E0 to EF but Adobe's own) and words, where a marker may stand.
      expect(markersOf(kept.bytes).filter((marker) => marker === 0xfe || (marker >= 0xe0 && marker <= 0xef && marker !== 0xee))).toEqual([])
    }
  })
  it('no larger than one looks at it', async () => {
    expect(await smallPhoto(env, png({ width: 4200, height: 300 }))).toMatchObject({ width: 1600, height: 114 })
  })
  it('up to its own limits, which are said', () => {
    const said = (bytes: Uint8Array, limits = PHOTO) => {
      try {
        return structureOf(bytes, limits).kind
      } catch (error) {
        return (error as Error).message
      }
    }
    const padded = (length: number) => joined('GIF89a', new Uint8Array(length - 6))
    expect(said(padded(8 * 1024 * 1024 + 1))).toBe('The file is larger than 8 MB. Use a smaller picture.')
    expect(said(padded(8 * 1024 * 1024))).toBe('GIF is not taken. Save the photo as PNG.')
    expect(said(padded(2 * 1024 * 1024 + 1), LOGO)).toBe('The file is larger than 2 MB. Use a smaller picture.')
    expect(said(png({ width: 4001, height: 2 }), LOGO)).toBe('The picture is 4001 × 2 pixels. Use one of at most 4000 × 4000.')
    expect(said(png({ width: 12_000, height: 2 }))).toBe('png')
    expect(said(png({ width: 12_001, height: 2 }))).toContain('at most 12000 × 12000')
  })
})

/** The markers of a JPEG up to its first picture, read by its lengths. */
const markersOf = (bytes: Uint8Array): number[] => {
  const found: number[] = []
  for (let at = 2; bytes[at] === 0xff; at += 2 + ((bytes[at + 2] ?? 0) << 8) + (bytes[at + 3] ?? 0)) {
    found.push(bytes[at + 1] ?? 0)
    if (bytes[at + 1] === 0xda) break
  }
  return found
}
