import type { Env } from '#src/env.ts'
import { logError } from '#src/log.ts'
import { bareJpeg, jpegSize } from './jpeg.ts'
import { type Limits, LOGO, PHOTO, Refused, type Size } from './limits.ts'
import { barePng, pngSize } from './png.ts'
import { structureOf } from './structure.ts'

/** Pictures as they are kept: made small, drawn anew, and with nothing in them but the picture. */

export type Picture = { bytes: Uint8Array } & Size
type Images = Pick<Env, 'IMAGES'>

/** What is kept of a logo fits into this, in pixels: large enough for a sharp screen and for paper. */
const LOGO_KEPT = { width: 640, height: 192 }
/** And of a photo: large enough to see a scratch. */
const PHOTO_KEPT = { width: 1600, height: 1600 }

/** @throws Refused with a sentence for whoever sent it */
export const smallLogo = (env: Images, bytes: Uint8Array): Promise<Picture> =>
  small(env, bytes, LOGO, LOGO_KEPT, { format: 'image/png' }, (made) => {
    const bare = barePng(made)
    return { bytes: bare, ...pngSize(bare, LOGO) }
  })

/** @throws Refused with a sentence for whoever sent it */
export const smallPhoto = (env: Images, bytes: Uint8Array): Promise<Picture> =>
  small(env, bytes, PHOTO, PHOTO_KEPT, { format: 'image/jpeg', quality: 82 }, (made) => {
    const bare = bareJpeg(made)
    return { bytes: bare, ...jpegSize(bare, PHOTO) }
  })

const stream = (bytes: Uint8Array): ReadableStream<Uint8Array> => new Blob([bytes as Uint8Array<ArrayBuffer>]).stream()

/** What it is, its content says, and both we and the decoder must read it alike. */
const small = async (
  env: Images,
  bytes: Uint8Array,
  limits: Limits,
  kept: Size,
  output: ImageOutputOptions,
  bare: (made: Uint8Array) => Picture,
): Promise<Picture> => {
  const { kind, ...size } = structureOf(bytes, limits)
  try {
    const info = await env.IMAGES.info(stream(bytes))
    if (info.format !== `image/${kind}` || !('width' in info) || !isSameSize(info, size)) throw new Error(`${kind} is told as ${info.format}`)
    const scaled = env.IMAGES.input(stream(bytes)).transform({ ...kept, fit: 'scale-down' })
    return bare(new Uint8Array(await new Response((await scaled.output(output)).image()).arrayBuffer()))
  } catch (error) {
    logError('picture not read', error)
    throw new Refused('The picture is broken: it could not be read to its end. Save it anew from a picture program.')
  }
}

/** A photograph may lie on its side, and is stood up by the decoder. */
const isSameSize = (a: Size, b: Size) => (a.width === b.width && a.height === b.height) || (a.width === b.height && a.height === b.width)
