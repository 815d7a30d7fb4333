/** What every picture is held to. */

export const PICTURE_BYTES = 2 * 1024 * 1024
/** The longest side, in pixels. */
export const PICTURE_SIDE = 4000

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
export const checkSize = ({ width, height }: Size): Size => {
  if (width > PICTURE_SIDE || height > PICTURE_SIDE)
    throw new Refused(`The picture is ${width} × ${height} pixels. Use one of at most ${PICTURE_SIDE} × ${PICTURE_SIDE}.`)
  return { width, height }
}
