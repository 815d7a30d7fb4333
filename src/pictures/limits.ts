/** What pictures are held to, by what they are for. */
export type Limits = {
  /** What the sender calls it. */
  what: 'logo' | 'photo'
  bytes: number
  /** The longest side, in pixels. */
  side: number
}
export const LOGO: Limits = { what: 'logo', bytes: 2 * 1024 * 1024, side: 4000 }
/** As large as telephones take them. */
export const PHOTO: Limits = { what: 'photo', bytes: 8 * 1024 * 1024, side: 12_000 }

/** For a file that is larger than its limit, whether it was read to its end or not. */
export const tooLarge = ({ bytes }: Limits): Refused => new Refused(`The file is larger than ${bytes / 1024 / 1024} MB. Use a smaller picture.`)

export type Size = { width: number; height: number }

/** Why a picture is refused, in a sentence for whoever sent it. */
export class Refused extends Error {}

/** Bytes as text, one character each. */
export const latin = (bytes: Uint8Array, from: number, to: number) => String.fromCharCode(...bytes.subarray(from, to))

/** What has no business in a picture, and makes something else of it for another reader. */
const STRANGE = ['<script', '<html', '<!doctype', '<svg', '<?php', '<iframe', 'javascript:', '%pdf-', 'pk\u0003\u0004', 'mz\u0090\0', '\u007felf']

/** @throws Refused for what is written beside the picture, when it is something else as well */
export const checkBeside = (bytes: Uint8Array): void => {
  for (let at = 0; at < bytes.length; at += 16_000) {
    const part = latin(bytes, at, at + 16_100).toLowerCase()
    if (STRANGE.some((word) => part.includes(word))) throw new Refused('The file holds something else beside the picture. Save it anew from a picture program.')
  }
}

/** @throws Refused for a side that is longer than allowed, before anything is unpacked */
export const checkSize = ({ width, height }: Size, { side }: Limits): Size => {
  if (width > side || height > side) throw new Refused(`The picture is ${width} × ${height} pixels. Use one of at most ${side} × ${side}.`)
  return { width, height }
}
